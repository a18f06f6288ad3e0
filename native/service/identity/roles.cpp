#include "service/identity/roles.hpp"

#include <array>

#include "service/text.hpp"

namespace limpid::service::identity {
namespace {

struct Row {
    Role role;
    std::string_view name;
    /// Separated by commas.
    std::string_view scopes;
};

/// The one table of roles; a role's number is its row. `admin` includes every scope.
constexpr std::array kRows = {
    Row{Role::viewer, "viewer", "enhance:read"},
    Row{Role::editor, "editor", "enhance:read,enhance:submit"},
    Row{Role::admin, "admin", "admin"},
};

}  // namespace

std::string_view to_string(Role role) noexcept {
    return kRows.at(static_cast<std::size_t>(role)).name;
}

std::optional<Role> parse_role(std::string_view name) noexcept {
    for (const Row& row : kRows) {
        if (row.name == name) return row.role;
    }
    return std::nullopt;
}

std::vector<std::string> scopes_of(Role role) {
    return split(kRows.at(static_cast<std::size_t>(role)).scopes, ',');
}

std::vector<std::string> guest_scopes() { return scopes_of(Role::viewer); }

}  // namespace limpid::service::identity
