#pragma once

#include <string>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::crypto {

/// A password as it is kept: `$argon2id$v=19$m=65536,t=3,p=1$` with salt and hash (RFC 9106,
/// section 4: 64 MiB and 3 passes). Takes that memory and a tenth of a second or more.
/// @return memory.exhausted. Thread-safe.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);

/// Is it the password that `hash` was made of? False for a hash that is damaged. Costs what making
/// it did. Thread-safe.
[[nodiscard]] bool verify_password(const std::string& hash, std::string_view password) noexcept;

/// Equality in a time that depends on the lengths only. Thread-safe.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace limpid::crypto
