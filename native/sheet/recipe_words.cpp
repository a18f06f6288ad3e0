#include "cli/recipe_words.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/choices.hpp"

namespace limpid::cli {
namespace {

struct Field {
    std::string_view op;
    std::string_view name;
    std::string_view unit;
    bool is_amount;
    Decimal identity;
    Decimal (*value)(const Recipe&);
};

struct Op {
    std::string_view name;
    const Correction& (*correction)(const Recipe&);
};

constexpr std::array kFields = {
#define LIMPID_RECIPE_OP(op, doc)
#define LIMPID_RECIPE_ROW(is_amount, op, field, unit, identity)                                    \
    Field{#op, #field, unit, is_amount, Decimal::from_double(identity), [](const Recipe& recipe) { \
              return recipe.op.field;                                                              \
          }},
#define LIMPID_RECIPE_FIELD(op, field, unit, min, max, identity, doc) \
    LIMPID_RECIPE_ROW(true, op, field, unit, identity)
#define LIMPID_RECIPE_PARAM(op, field, unit, min, max, identity, doc) \
    LIMPID_RECIPE_ROW(false, op, field, unit, identity)
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
#undef LIMPID_RECIPE_PARAM
#undef LIMPID_RECIPE_ROW
};

constexpr std::array kOps = {
#define LIMPID_RECIPE_OP(op, doc) \
    Op{#op, [](const Recipe& recipe) -> const Correction& { return recipe.op; }},
#define LIMPID_RECIPE_FIELD(...)
#define LIMPID_RECIPE_PARAM(...)
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
#undef LIMPID_RECIPE_PARAM
};

bool is_active(const Op& op, const Recipe& recipe) {
    if (op.correction(recipe).strength == Decimal{}) return false;
    for (const Field& field : kFields) {
        if (field.op == op.name && field.is_amount && field.value(recipe) != field.identity) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<CorrectionWords> corrections_in_words(const Recipe& recipe) {
    std::vector<CorrectionWords> corrections;
    for (const Op& op : kOps) {
        CorrectionWords words = {op.name, &op.correction(recipe), is_active(op, recipe), {}};
        for (const Field& field : kFields) {
            if (field.op != op.name) continue;
            const Decimal value = field.value(recipe);
            words.amounts.push_back({field.name, field.unit, value, value != field.identity});
        }
        corrections.push_back(std::move(words));
    }
    return corrections;
}

std::string active_corrections(const Recipe& recipe) {
    std::vector<std::string> names;
    for (const Op& op : kOps) {
        if (is_active(op, recipe)) names.emplace_back(op.name);
    }
    return names.empty() ? "nothing" : joined(names);
}

}  // namespace limpid::cli
