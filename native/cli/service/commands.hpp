#pragma once

#include <vector>

#include "cli/options.hpp"

// The commands around limpidd, one file each.
namespace limpid::cli {

Command add_doctor_command(CLI::App& program, CommonOptions& common);
Command add_health_command(CLI::App& program, CommonOptions& common);
Command add_serve_command(CLI::App& program, CommonOptions& common);

/// All of them, in the order of --help.
std::vector<Command> add_service_commands(CLI::App& program, CommonOptions& common);

}  // namespace limpid::cli
