#pragma once

#include <vector>

#include "cli/options.hpp"

// The commands of the security layer, one file each.
namespace limpid::cli {

Command add_keygen_command(CLI::App& program, CommonOptions& common);
Command add_sign_command(CLI::App& program, CommonOptions& common);
Command add_verify_command(CLI::App& program, CommonOptions& common);
Command add_seal_command(CLI::App& program, CommonOptions& common);
Command add_unseal_command(CLI::App& program, CommonOptions& common);

/// Families: `limpid keyring …`, `limpid license …`, `limpid secret …`.
std::vector<Command> add_keyring_commands(CLI::App& program, CommonOptions& common);
std::vector<Command> add_license_commands(CLI::App& program, CommonOptions& common);
std::vector<Command> add_secret_commands(CLI::App& program, CommonOptions& common);

/// --help of a security command ends with the exit codes. @param note  lines before them.
void add_exit_codes(CLI::App& command, const std::string& note = {});

/// All of them, in the order of --help.
std::vector<Command> add_security_commands(CLI::App& program, CommonOptions& common);

}  // namespace limpid::cli
