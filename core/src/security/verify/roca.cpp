#include "security/verify/roca.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace limpid::security {
namespace {

// The primes up to 167 of which 65537 does not generate every remainder (Nemec et al., "The Return
// of Coppersmith's Attack", 2017, section 2.3): the others tell nothing.
constexpr std::array<std::uint32_t, 17> kTellingPrimes{11, 13, 17,  19,  37,  53,  61,  71, 73,
                                                       79, 97, 103, 107, 109, 127, 151, 157};

std::uint32_t remainder_of(Bytes number, std::uint32_t divisor) noexcept {
    std::uint32_t remainder = 0;
    for (const std::byte b : number) {
        remainder = (remainder << 8 | std::to_integer<std::uint32_t>(b)) % divisor;
    }
    return remainder;
}

/// Is the remainder one of a power of 65537?
bool is_power(std::uint32_t remainder, std::uint32_t prime) noexcept {
    std::uint32_t power = 1;
    do {
        if (power == remainder) return true;
        power = power * (65537 % prime) % prime;
    } while (power != 1);
    return false;
}

}  // namespace

bool is_roca_modulus(Bytes modulus) noexcept {
    return std::ranges::all_of(kTellingPrimes, [&](std::uint32_t prime) {
        return is_power(remainder_of(modulus, prime), prime);
    });
}

}  // namespace limpid::security
