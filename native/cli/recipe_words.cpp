#include "cli/recipe_words.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "cli/choices.hpp"
#include "platform/printable.hpp"

namespace limpid::cli {
namespace {

struct Field {
    std::string_view op;
    std::string_view name;
    std::string_view unit;
    Decimal identity;
    Decimal (*value)(const Recipe&);
};

struct Op {
    std::string_view name;
    const Correction& (*correction)(const Recipe&);
};

constexpr std::array kFields = {
#define LIMPID_RECIPE_OP(op, doc)
#define LIMPID_RECIPE_FIELD(op, field, unit, min, max, identity, doc) \
    Field{#op, #field, unit, Decimal::from_double(identity),          \
          [](const Recipe& recipe) { return recipe.op.field; }},
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
};

constexpr std::array kOps = {
#define LIMPID_RECIPE_OP(op, doc) \
    Op{#op, [](const Recipe& recipe) -> const Correction& { return recipe.op; }},
#define LIMPID_RECIPE_FIELD(op, field, unit, min, max, identity, doc)
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
};

bool is_active(const Op& op, const Recipe& recipe) {
    if (op.correction(recipe).strength == Decimal{}) return false;
    for (const Field& field : kFields) {
        if (field.op == op.name && field.value(recipe) != field.identity) return true;
    }
    return false;
}

void append_op(std::string& out, const Op& op, const Recipe& recipe) {
    const Correction& correction = op.correction(recipe);
    const bool active = is_active(op, recipe);
    out.append(op.name).append(active ? ": corrected" : ": left alone");
    if (active) out.append(", strength ").append(to_string(correction.strength));
    out.append(", confidence ").append(to_string(correction.confidence)).append("\n");
    if (!correction.reason.empty()) {
        out.append("  ").append(platform::escaped(correction.reason)).append("\n");
    }
    for (const Field& field : kFields) {
        if (!active || field.op != op.name) continue;
        out.append("  ").append(field.name).append(" = ");
        out.append(to_string(field.value(recipe))).append(" ").append(field.unit).append("\n");
    }
    for (const Evidence& evidence : correction.evidence) {
        out.append("  measured ").append(platform::escaped(evidence.name)).append(" = ");
        out.append(to_string(evidence.value)).append(" ");
        out.append(platform::escaped(evidence.unit)).append("\n");
    }
}

}  // namespace

std::string in_words(const Recipe& recipe) {
    std::string text;
    for (const Op& op : kOps) append_op(text, op, recipe);
    return text;
}

std::string active_corrections(const Recipe& recipe) {
    std::vector<std::string> names;
    for (const Op& op : kOps) {
        if (is_active(op, recipe)) names.emplace_back(op.name);
    }
    return names.empty() ? "nothing" : joined(names);
}

}  // namespace limpid::cli
