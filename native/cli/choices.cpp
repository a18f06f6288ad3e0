#include "cli/choices.hpp"

#include <algorithm>
#include <charconv>

#include "platform/edit_distance.hpp"
#include "platform/printable.hpp"

namespace limpid::cli {
namespace {

std::uint64_t multiplier_of(std::string_view suffix) {
    if (suffix.ends_with('B')) suffix.remove_suffix(1);
    constexpr std::uint64_t kKibi = 1024;
    constexpr std::array kMultipliers = {
        Choice<std::uint64_t>{"", 1},
        Choice<std::uint64_t>{"K", 1'000},
        Choice<std::uint64_t>{"k", 1'000},
        Choice<std::uint64_t>{"M", 1'000'000},
        Choice<std::uint64_t>{"G", 1'000'000'000},
        Choice<std::uint64_t>{"Ki", kKibi},
        Choice<std::uint64_t>{"Mi", kKibi * kKibi},
        Choice<std::uint64_t>{"Gi", kKibi * kKibi * kKibi},
    };
    const auto found = std::ranges::find(kMultipliers, suffix, &Choice<std::uint64_t>::name);
    return found == kMultipliers.end() ? 0 : found->value;
}

}  // namespace

void refuse_value(std::string_view option, std::string_view text, std::string_view expected) {
    std::string what(option);
    what.append(" '").append(platform::printable(text)).append("'; it takes ").append(expected);
    throw ValueError(what);
}

int parse_integer(std::string_view option, std::string_view text, int min, int max) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max) {
        refuse_value(option, text,
                     "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    }
    return value;
}

Decimal parse_fraction(std::string_view option, std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // Written so that NaN is refused.
    const bool inside = value >= 0.0 && value <= 1.0;
    if (error != std::errc{} || end != text.data() + text.size() || !inside) {
        refuse_value(option, text, "a number from 0 to 1");
    }
    return Decimal::from_double(value);
}

std::uint64_t parse_count(std::string_view option, std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto digits = static_cast<std::size_t>(end - text.data());
    const std::uint64_t multiplier = multiplier_of(text.substr(digits));
    if (error != std::errc{} || multiplier == 0 || value > UINT64_MAX / multiplier) {
        refuse_value(option, text, "a whole number, such as 20000, 64M or 50MiB");
    }
    return value * multiplier;
}

std::string nearest(std::string_view text, const std::vector<std::string>& names) {
    // Long input is no slip of the finger, and the search is quadratic.
    if (text.size() > 64) return {};
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(text.size() / 3, 1) + 1;
    for (const std::string& name : names) {
        const std::size_t distance = platform::edit_distance(text, name);
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    return best;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

}  // namespace limpid::cli
