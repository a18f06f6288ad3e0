#pragma once

#include <vector>

#include "cli/options.hpp"

// The commands around limpidd, one file each.
namespace limpid::cli {

Command add_doctor_command(CLI::App& program, CommonOptions& common);
Command add_health_command(CLI::App& program, CommonOptions& common);
/// Those that are limpidd's own: serve, keys, users and so on.
std::vector<Command> add_limpidd_commands(CLI::App& program);

/// All of them, in the order of --help.
std::vector<Command> add_service_commands(CLI::App& program, CommonOptions& common);

}  // namespace limpid::cli
