#include "sheet/recipe_lines.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace limpid::sheet {
namespace {

struct Amount {
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

constexpr std::array kAmounts = {
#define LIMPID_RECIPE_OP(op, doc)
#define LIMPID_RECIPE_FIELD(op, field, unit, min, max, identity, doc) \
    Amount{#op, #field, unit, Decimal::from_double(identity),         \
           [](const Recipe& recipe) { return recipe.op.field; }},
#define LIMPID_RECIPE_PARAM(op, field, unit, min, max, identity, doc)
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
#undef LIMPID_RECIPE_PARAM
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

std::string words(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::string titled(std::string_view name) {
    std::string text = words(name);
    if (text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
}

/// With two digits after the point and a sign where both are possible.
std::string rounded(double value) {
    const Decimal hundredths = Decimal::from_double(
        static_cast<double>(static_cast<int>(value * 100 + (value < 0 ? -0.5 : 0.5))) / 100);
    return to_string(hundredths);
}

/// "+0.45 EV", "12 %", "×1.08".
std::string in_unit(const Amount& amount, double value) {
    if (amount.unit == "ratio" && amount.identity != Decimal{}) return "\xC3\x97" + rounded(value);
    const std::string sign = value > 0 && amount.unit == "EV" ? "+" : "";
    if (amount.unit == "fraction") {
        const bool small = value > -0.02 && value < 0.02;
        const double percent = value * 100;
        return (small ? rounded(percent)
                      : std::to_string(static_cast<int>(percent + (percent < 0 ? -0.5 : 0.5)))) +
               " %";
    }
    return sign + rounded(value) + (amount.unit == "EV" ? " EV" : "");
}

std::string amounts_of(const Op& op, const Recipe& recipe) {
    const double strength = op.correction(recipe).strength.to_double();
    std::string text;
    if (strength == 0.0) return text;
    for (const Amount& amount : kAmounts) {
        if (amount.op != op.name || amount.value(recipe) == amount.identity) continue;
        const double identity = amount.identity.to_double();
        const double value = identity + (amount.value(recipe).to_double() - identity) * strength;
        std::string_view name = amount.name;
        if (name.ends_with("_ev")) name.remove_suffix(3);
        if (!text.empty()) text.append(", ");
        // "Exposure +0.45 EV" needs no second "exposure".
        if (name != op.name && name != "amount") text.append(words(name)).append(" ");
        text.append(in_unit(amount, value));
    }
    return text;
}

}  // namespace

std::vector<CorrectionLine> correction_lines(const Recipe& recipe) {
    std::vector<CorrectionLine> lines;
    lines.reserve(kOps.size());
    for (const Op& op : kOps) {
        lines.push_back({titled(op.name), amounts_of(op, recipe), op.correction(recipe).reason});
    }
    return lines;
}

std::string active_names(const Recipe& recipe) {
    std::string names;
    for (const Op& op : kOps) {
        if (amounts_of(op, recipe).empty()) continue;
        names.append(names.empty() ? titled(op.name) : ", " + words(op.name));
    }
    return names.empty() ? "No correction" : names;
}

}  // namespace limpid::sheet
