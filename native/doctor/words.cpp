#include "doctor/words.hpp"

#include <algorithm>
#include <cstddef>

namespace limpid::doctor {

std::string listed(const std::vector<std::string>& texts) {
    constexpr std::size_t kMax = 8;
    std::string all;
    for (std::size_t i = 0; i < std::min(texts.size(), kMax); ++i) {
        all += (i == 0 ? "" : ", ") + texts[i];
    }
    if (texts.size() > kMax) all += ", and " + std::to_string(texts.size() - kMax) + " more";
    return all;
}

std::string octal(unsigned mode) {
    std::string digits;
    for (int shift = 9; shift >= 0; shift -= 3) {
        digits += static_cast<char>('0' + ((mode >> static_cast<unsigned>(shift)) & 7U));
    }
    return digits;
}

std::string days_from(std::int64_t seconds) {
    constexpr std::int64_t kDay = 86'400;
    const std::int64_t days = seconds / kDay;
    if (days == 0) return "today";
    return days > 0 ? "in " + std::to_string(days) + " days" : std::to_string(-days) + " days ago";
}

}  // namespace limpid::doctor
