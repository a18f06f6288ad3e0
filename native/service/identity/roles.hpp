#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace limpid::service::identity {

/// What a user is there for.
enum class Role : std::uint8_t { viewer, editor, admin };

/// The name, as it is stored and sent.
[[nodiscard]] std::string_view to_string(Role role) noexcept;
/// The role of this name; nothing: there is none.
[[nodiscard]] std::optional<Role> parse_role(std::string_view name) noexcept;
/// What the role permits, as an ApiKeyGrant names it.
[[nodiscard]] std::vector<std::string> scopes_of(Role role);
/// What somebody without credentials may do, where guests may come in.
[[nodiscard]] std::vector<std::string> guest_scopes();

/// The public id of such a guest; no credential has it.
inline constexpr std::string_view kGuestId = "guest";
/// What the public ids of users begin with; the name follows.
inline constexpr std::string_view kUserPrefix = "user:";

}  // namespace limpid::service::identity
