#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "limpid/error.hpp"

// The files that deploy, taken apart for the checks.
namespace limpid::doctor {

/// A compose file and, of its services, the one that runs limpidd.
struct Compose {
    nlohmann::json document;
    /// The name in `services`.
    std::string name;

    [[nodiscard]] const nlohmann::json& service() const { return document.at("services").at(name); }
    /// A member of the service; null when it has none.
    [[nodiscard]] nlohmann::json member(std::string_view key) const;
    /// The elements of a member that is a list; what is no text is left out.
    [[nodiscard]] std::vector<std::string> list(std::string_view key) const;
};

/// @return config.unreadable_file; also when no service's name, image or command says limpid.
[[nodiscard]] Result<Compose> read_compose(std::string_view text);

/// An instruction of a Dockerfile, continued lines joined.
struct DockerInstruction {
    /// In capitals: "FROM".
    std::string name;
    std::string arguments;
    /// Number of the stage it stands in, from 0; -1 before the first FROM.
    int stage = -1;
};

/// The instructions of a Dockerfile, comments left out.
[[nodiscard]] std::vector<DockerInstruction> read_dockerfile(std::string_view text);

/// `name = value` of a unit's section [Service], in their order; continued lines joined.
using UnitEntries = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] UnitEntries read_unit_service(std::string_view text);

/// The last value of a name; nothing when it does not stand there. systemd lets the last one count
/// for names that are no lists.
[[nodiscard]] std::optional<std::string> last_value(const UnitEntries& entries,
                                                    std::string_view name);

}  // namespace limpid::doctor
