#pragma once

#include <span>
#include <string>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/keys.hpp"

namespace limpid::platform {

/// Public keys: of each text the key that it is, or that is in the file of that name.
/// @return key.none when there is none; key.malformed naming the file; io.unreadable.
[[nodiscard]] Result<std::vector<security::VerifyKey>> read_verify_keys(
    std::span<const std::string> keys);

}  // namespace limpid::platform
