#pragma once

#include <span>

#include "limpid/error.hpp"

namespace limpid::service {

/// limpidd keys create|list|revoke: change the file of API keys, which a running service reads
/// within a second.
/// @param arguments  what follows `keys`.
/// @return usage.invalid; the errors of change_key_file().
[[nodiscard]] Status run_keys_command(std::span<const char* const> arguments);

}  // namespace limpid::service
