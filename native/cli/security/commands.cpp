#include "cli/security/commands.hpp"

#include <string>
#include <utility>

#include "cli/help.hpp"

namespace limpid::cli {
namespace {

void append(std::vector<Command>& to, std::vector<Command> commands) {
    for (Command& command : commands) to.push_back(std::move(command));
}

}  // namespace

void add_exit_codes(CLI::App& command, const std::string& note) {
    set_footer(command, [note] { return (note.empty() ? "" : note + "\n\n") + exit_codes_help(); });
}

std::vector<Command> add_security_commands(CLI::App& program, CommonOptions& common) {
    std::vector<Command> commands = {
        add_keygen_command(program, common), add_sign_command(program, common),
        add_verify_command(program, common), add_seal_command(program, common),
        add_unseal_command(program, common),
    };
    append(commands, add_keyring_commands(program, common));
    append(commands, add_secret_commands(program, common));
    append(commands, add_license_commands(program, common));
    return commands;
}

}  // namespace limpid::cli
