#pragma once

#include <span>

#include "limpid/error.hpp"

namespace limpid::service {

/// limpidd lockdown on|off|status: write or show the lockdown file, which a running service follows
/// within a second.
/// @param arguments  what follows `lockdown`.
/// @return usage.invalid; as read_lockdown() and write_lockdown().
[[nodiscard]] Status run_lockdown_command(std::span<const char* const> arguments);

}  // namespace limpid::service
