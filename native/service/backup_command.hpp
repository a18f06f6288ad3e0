#pragma once

#include <span>

#include "limpid/error.hpp"

namespace limpid::service {

/// limpidd backup --state-dir FOLDER --to FOLDER, while the service runs or not.
/// @return usage.invalid; as jobs::back_up().
[[nodiscard]] Status run_backup_command(std::span<const char* const> arguments);

/// limpidd restore --from FOLDER --state-dir FOLDER. @return usage.invalid; as jobs::restore().
[[nodiscard]] Status run_restore_command(std::span<const char* const> arguments);

}  // namespace limpid::service
