#include "cli/service/commands.hpp"

namespace limpid::cli {

std::vector<Command> add_service_commands(CLI::App& program, CommonOptions& common) {
    std::vector<Command> commands = add_limpidd_commands(program);
    commands.push_back(add_health_command(program, common));
    commands.push_back(add_doctor_command(program, common));
    return commands;
}

}  // namespace limpid::cli
