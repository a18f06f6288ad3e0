#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/types.hpp"
#include "service/identity/roles.hpp"

namespace limpid::service::identity {

/// Somebody who may log in.
struct User {
    /// 32 hex digits that nobody else ever has.
    std::string id;
    std::string name;
    /// As crypto::hash_password() makes it.
    std::string password_hash;
    Role role = Role::viewer;
    security::UnixSeconds created_at;
    /// When the password was set, or the user enabled: sessions that began before have ended.
    security::UnixSeconds valid_from;
    bool disabled = false;
};

/// What is to be otherwise.
struct UserChange {
    std::optional<Role> role;
    std::optional<bool> disabled;
    std::optional<std::string> password_hash;
};

/// Longest name, in bytes.
inline constexpr std::size_t kMaxNameBytes = 128;

/// May somebody have this name? UTF-8 without control characters, without those that change the
/// direction of writing (a log would show another name), without blanks at its ends.
/// @return argument.invalid.
[[nodiscard]] Status check_user_name(std::string_view name);

}  // namespace limpid::service::identity
