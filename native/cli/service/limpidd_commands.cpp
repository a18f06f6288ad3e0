#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "cli/service/commands.hpp"
#include "platform/find_program.hpp"
#include "platform/printable.hpp"

namespace limpid::cli {
namespace {

constexpr std::string_view kServe = "serve";

struct LimpiddCommand {
    std::string_view name;
    std::string_view help;
    /// What it takes first.
    std::string_view verbs;
};

/// Each is limpidd's command of the same name; kServe is limpidd without a command.
constexpr LimpiddCommand kCommands[] = {
    {kServe, "start limpidd, the HTTP service", ""},
    {"keys", "make, list and revoke the API keys of limpidd", "create, list or revoke"},
    {"users", "make, list, change and remove the users of limpidd",
     "add, list, remove, set-role, set-password, disable or enable"},
    {"audit", "verify, query and export the audit log of limpidd", "verify, query or export"},
    {"lockdown", "shut a running limpidd to requests, and open it again", "on, off or status"},
    {"sign-url", "sign the URL of a photo that limpidd serves enhanced", ""},
    {"backup", "copy the state of a running limpidd", ""},
    {"restore", "begin a state folder of limpidd from such a copy", ""},
};

/// Become limpidd: the same process, so that who started it keeps knowing it.
Status become_limpidd(std::vector<std::string> arguments) {
    std::string program = platform::find_program("limpidd");
    std::vector<char*> argv = {program.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    return fail(ErrorCode::io_unreadable, platform::describe_errno(program, errno));
}

std::string footer_of(const LimpiddCommand& each) {
    std::string text;
    if (!each.verbs.empty()) text += "The first argument is " + std::string(each.verbs) + ".\n";
    text += "Every argument is passed on to limpidd, which lies beside this program;\n";
    return text + "limpidd --help lists them.";
}

Command add_limpidd_command(CLI::App& program, const LimpiddCommand& each) {
    CLI::App& command =
        add_command(program, std::string(each.name), std::string(each.help), kServiceCommands);
    auto arguments = std::make_shared<std::vector<std::string>>();
    pass_arguments_on(command, *arguments);
    set_footer(command, [&each] { return footer_of(each); });
    return {command, [arguments, &each] {
                if (each.name != kServe)
                    arguments->insert(arguments->begin(), std::string(each.name));
                return become_limpidd(*arguments);
            }};
}

}  // namespace

std::vector<Command> add_limpidd_commands(CLI::App& program) {
    std::vector<Command> commands;
    for (const LimpiddCommand& each : kCommands) {
        commands.push_back(add_limpidd_command(program, each));
    }
    return commands;
}

}  // namespace limpid::cli
