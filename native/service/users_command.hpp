#pragma once

#include <span>

#include "limpid/error.hpp"

namespace limpid::service {

/// limpidd users add|list|remove|set-role|set-password|disable|enable --file STATE_DIR/users.db …:
/// changes users, also while a service runs, which follows within a second. A password is asked for
/// at the terminal, or comes from where --password-ref says.
/// @return usage.invalid; as UserStore's functions; user.weak_password; io.unwritable.
[[nodiscard]] Status run_users_command(std::span<const char* const> arguments);

}  // namespace limpid::service
