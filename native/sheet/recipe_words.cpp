#include "sheet/recipe_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace limpid::sheet {
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

}  // namespace

std::vector<CorrectionWords> corrections_in_words(const Recipe& recipe) {
    std::vector<CorrectionWords> corrections;
    corrections.reserve(kOps.size());
    for (const Op& op : kOps) {
        CorrectionWords words = {op.name, &op.correction(recipe), false, {}};
        for (const Field& field : kFields) {
            if (field.op != op.name) continue;
            words.amounts.push_back(
                {field.name, field.unit, field.value(recipe), field.identity, field.is_amount});
        }
        words.active = words.correction->strength != Decimal{} &&
                       std::ranges::any_of(words.amounts, [](const AmountWords& amount) {
                           return amount.is_amount && amount.differs();
                       });
        corrections.push_back(std::move(words));
    }
    return corrections;
}

}  // namespace limpid::sheet
