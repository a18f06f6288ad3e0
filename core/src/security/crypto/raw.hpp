#pragma once

#include <cstddef>
#include <span>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// libsodium's view of our bytes: never null, which it does not allow even where there are none.
[[nodiscard]] inline const unsigned char* raw(Bytes bytes) noexcept {
    static constexpr unsigned char kNothing = 0;
    return bytes.empty() ? &kNothing : reinterpret_cast<const unsigned char*>(bytes.data());
}
[[nodiscard]] inline const char* raw_chars(Bytes bytes) noexcept {
    return reinterpret_cast<const char*>(raw(bytes));
}
/// @param bytes  at least one.
[[nodiscard]] inline unsigned char* raw_mutable(std::span<std::byte> bytes) noexcept {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace limpid::security
