#include "cli/security/license_commands.hpp"

#include <vector>

#include "cli/security/commands.hpp"

namespace limpid::cli {

std::vector<Command> add_license_commands(CLI::App& program, CommonOptions& common) {
    CLI::App& family = add_command_family(
        program, "license", "issue, bind and check licences without a server", kSecurityCommands);
    return {add_license_request(family), add_license_issue(family),
            add_license_activate(family, common), add_license_verify(family, common),
            add_license_deactivate(family)};
}

}  // namespace limpid::cli
