#include "cli/service/commands.hpp"

namespace limpid::cli {

std::vector<Command> add_service_commands(CLI::App& program, CommonOptions& common) {
    return {add_serve_command(program, common), add_health_command(program, common),
            add_doctor_command(program, common)};
}

}  // namespace limpid::cli
