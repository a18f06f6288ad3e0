#include "recipe/fields.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace limpid::recipe {
namespace {

struct Row {
    std::string_view op;
    Field field;
};

#ifdef LIMPID_RECIPE_WITHOUT_TEXTS
// For a module that reads and writes recipes, and never their schema.
#define LIMPID_DOC(doc) ""
#else
#define LIMPID_DOC(doc) doc
#endif

constexpr std::array kRows = {
#define LIMPID_RECIPE_OP(op, doc)
#define LIMPID_RECIPE_ROW(kind, op, field, unit, min, max, identity, doc)          \
    Row{#op,                                                                       \
        {kind, #field, unit, Decimal::from_double(min), Decimal::from_double(max), \
         Decimal::from_double(identity), LIMPID_DOC(doc),                          \
         [](const Recipe& r) -> const Decimal& { return r.op.field; },             \
         [](Recipe& r) -> Decimal& { return r.op.field; }}},
#define LIMPID_RECIPE_FIELD(...) LIMPID_RECIPE_ROW(FieldKind::amount, __VA_ARGS__)
#define LIMPID_RECIPE_PARAM(...) LIMPID_RECIPE_ROW(FieldKind::parameter, __VA_ARGS__)
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
#undef LIMPID_RECIPE_PARAM
#undef LIMPID_RECIPE_ROW
};

constexpr auto kFields = [] {
    std::array<Field, kRows.size()> fields{};
    for (std::size_t i = 0; i < kRows.size(); ++i) fields[i] = kRows[i].field;
    return fields;
}();

/// The rows of one correction stand together in recipe.def.
constexpr std::span<const Field> fields_of(std::string_view op) {
    std::size_t first = 0;
    while (first < kRows.size() && kRows[first].op != op) ++first;
    std::size_t last = first;
    while (last < kRows.size() && kRows[last].op == op) ++last;
    return std::span(kFields).subspan(first, last - first);
}

constexpr std::array kOps = {
#define LIMPID_RECIPE_OP(op, doc)                                                       \
    Op{#op, LIMPID_DOC(doc), [](const Recipe& r) -> const Correction& { return r.op; }, \
       [](Recipe& r) -> Correction& { return r.op; }, fields_of(#op)},
#define LIMPID_RECIPE_FIELD(...)
#define LIMPID_RECIPE_PARAM(...)
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
#undef LIMPID_RECIPE_PARAM
};
#undef LIMPID_DOC

}  // namespace

std::span<const Op> ops() noexcept { return kOps; }

}  // namespace limpid::recipe
