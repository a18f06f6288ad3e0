#pragma once

#include <cstddef>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::service::identity {

/// Fewest characters of a password, and most bytes.
inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// May the user `name` have this password? As NIST SP 800-63B asks: long, and nothing that is
/// guessed first. No kinds of characters are demanded. Refused are common passwords (the list of
/// zxcvbn), also with digits and marks around them or written as p4$$w0rd; repeated characters and
/// patterns; rows of the alphabet and of the keyboard; and what is little more than the name, or
/// `limpid`.
/// @return user.weak_password saying why, without the password; memory.exhausted.
[[nodiscard]] Status check_password(std::string_view name, const security::Secret& password);

}  // namespace limpid::service::identity
