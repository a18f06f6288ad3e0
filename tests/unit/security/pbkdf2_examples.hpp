#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// The PBKDF2-HMAC-SHA-256 vectors of RFC 7914 section 11.
namespace limpid::security::examples {

struct Pbkdf2Example {
    std::string_view password;
    std::string_view salt;
    std::uint32_t iterations;
    std::string_view derived_hex;
};

inline constexpr std::array kPbkdf2Examples{
    Pbkdf2Example{"passwd", "salt", 1,
                  "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                  "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"},
    Pbkdf2Example{"Password", "NaCl", 80000,
                  "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                  "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"},
};

}  // namespace limpid::security::examples
