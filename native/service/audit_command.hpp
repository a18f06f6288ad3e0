#pragma once

#include <span>

#include "limpid/error.hpp"

namespace limpid::service {

/// limpidd audit verify|query|export: read an audit log, with all of its parts, while nothing of it
/// was changed.
/// @param arguments  what follows `audit`.
/// @return usage.invalid; audit.broken with the first line that is wrong; as verify_log() and
///         resolve_secret().
[[nodiscard]] Status run_audit_command(std::span<const char* const> arguments);

}  // namespace limpid::service
