#include "sheet/recipe_lines.hpp"

#include <algorithm>
#include <string_view>

#include "sheet/recipe_words.hpp"

namespace limpid::sheet {
namespace {

std::string spaced_name(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::string titled(std::string_view name) {
    std::string text = spaced_name(name);
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

/// "+0.45 EV", "12 %", "×1.08", "0.77 px".
std::string in_unit(const AmountWords& amount, double value) {
    if (amount.unit == "ratio" && amount.identity != Decimal{}) return "\xC3\x97" + rounded(value);
    const std::string sign = value > 0 && amount.unit == "EV" ? "+" : "";
    if (amount.unit == "fraction") {
        const bool small = value > -0.02 && value < 0.02;
        const double percent = value * 100;
        return (small ? rounded(percent)
                      : std::to_string(static_cast<int>(percent + (percent < 0 ? -0.5 : 0.5)))) +
               " %";
    }
    const std::string_view unit = amount.unit == "EV"       ? " EV"
                                  : amount.unit == "pixels" ? " px"
                                                            : "";
    return (sign + rounded(value)).append(unit);
}

/// The number's name without its unit, and without what the correction's own name says.
std::string spoken_name(const CorrectionWords& op, std::string_view name) {
    // "Exposure +0.45 EV" needs no second "exposure", and the sign says that it is a gain.
    for (const std::string_view unit : {"_ev", "_px", "_gain"}) {
        if (name.ends_with(unit)) name.remove_suffix(unit.size());
    }
    return name == op.name || name == "amount" ? "" : spaced_name(name) + " ";
}

std::string spoken(const CorrectionWords& op, bool amounts) {
    std::string text;
    if (!op.active) return text;
    const double strength = op.correction->strength.to_double();
    for (const AmountWords& amount : op.amounts) {
        if (amount.is_amount != amounts || !amount.differs()) continue;
        const double identity = amount.identity.to_double();
        const double change = amount.value.to_double() - identity;
        const double value = identity + (amounts ? change * strength : change);
        text.append(text.empty() ? "" : ", ");
        text.append(spoken_name(op, amount.name)).append(in_unit(amount, value));
    }
    return text;
}

}  // namespace

std::string spoken_amounts(const CorrectionWords& op) { return spoken(op, true); }

std::string spoken_parameters(const CorrectionWords& op) { return spoken(op, false); }

std::vector<CorrectionLine> correction_lines(const Recipe& recipe) {
    std::vector<CorrectionLine> lines;
    for (const CorrectionWords& op : corrections_in_words(recipe)) {
        lines.push_back({titled(op.name), spoken_amounts(op), op.correction->reason});
    }
    return lines;
}

std::string active_names(const Recipe& recipe) {
    std::string names;
    for (const CorrectionWords& op : corrections_in_words(recipe)) {
        if (!op.active) continue;
        names.append(names.empty() ? titled(op.name) : ", " + spaced_name(op.name));
    }
    return names.empty() ? "No correction" : names;
}

}  // namespace limpid::sheet
