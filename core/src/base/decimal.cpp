#include "limpid/decimal.hpp"

#include <cstdlib>

namespace limpid {

std::string to_string(Decimal value) {
    const std::int64_t n = value.ten_thousandths;
    const std::int64_t magnitude = n < 0 ? -n : n;
    std::string text = n < 0 ? "-" : "";
    text += std::to_string(magnitude / Decimal::kOne);
    std::int64_t fraction = magnitude % Decimal::kOne;
    if (fraction == 0) return text;
    text += '.';
    for (std::int64_t place = Decimal::kOne / 10; fraction != 0; place /= 10) {
        text += static_cast<char>('0' + fraction / place);
        fraction %= place;
    }
    return text;
}

}  // namespace limpid
