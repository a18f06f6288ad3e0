#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include "cli/service/commands.hpp"
#include "platform/find_program.hpp"
#include "platform/printable.hpp"

namespace limpid::cli {
namespace {

/// Become limpidd: the same process, so that who started it keeps knowing it.
Status become_limpidd(std::vector<std::string> arguments) {
    std::string program = platform::find_program("limpidd");
    std::vector<char*> argv = {program.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    return fail(ErrorCode::io_unreadable, platform::describe_errno(program, errno));
}

}  // namespace

Command add_serve_command(CLI::App& program, CommonOptions&) {
    CLI::App& command =
        add_command(program, "serve", "start limpidd, the HTTP service", kServiceCommands);
    auto arguments = std::make_shared<std::vector<std::string>>();
    pass_arguments_on(command, *arguments);
    set_footer(command, [] {
        return std::string(
            "Every argument is passed on to limpidd, which lies beside this program;\n"
            "limpidd --help lists them.");
    });
    return {command, [arguments] { return become_limpidd(*arguments); }};
}

}  // namespace limpid::cli
