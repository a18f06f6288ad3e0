// limpid: enhance photographs from the command line.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "cli/choices.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/report_error.hpp"
#include "cli/security/commands.hpp"
#ifdef LIMPID_WITH_SERVICE
#include "cli/service/commands.hpp"
#endif
#include "cli/usage_error.hpp"
#include "limpid/version.hpp"
#include "platform/signals.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

/// With standard output closed, the next open() would get its number and messages would end up in a
/// photo. Occupied the wrong way round, every use of the missing stream is an error.
void occupy_closed_streams() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) >= 0) continue;
        [[maybe_unused]] const int opened =
            ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

/// Asked before parsing succeeded: is the caller a machine?
bool wants_json(int argc, const char* const* argv) {
    for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
        if (std::string_view(argv[i]) == "--json") return true;
    }
    return false;
}

void describe_program(CLI::App& program) {
    program.set_help_flag("-h,--help", "print this help; limpid COMMAND --help says more");
    program.set_version_flag("--version", "limpid " LIMPID_VERSION_STRING, "print the version");
    program.require_subcommand(1);
    program.get_formatter()->column_width(32);
    program.get_formatter()->label("SUBCOMMAND", "COMMAND");
    program.get_formatter()->label("Positionals", "Arguments");
    program.get_formatter()->label("REQUIRED", "(required)");
    program.footer([] {
        return "Examples:\n"
               "  limpid enhance photo.jpg -o better.jpg\n"
               "  limpid analyse photo.jpg > recipe.json\n"
               "  limpid enhance photo.jpg -o better.webp --recipe recipe.json --strength 0.7\n"
               "  curl -s https://example.org/photo.jpg | limpid enhance - -o - > better.jpg\n\n" +
               exit_codes_help();
    });
}

ErrorReport report_kind(const CommonOptions& common) {
    if (!common.json) return ErrorReport::line;
    return common.output_is_stdout ? ErrorReport::json_on_stderr : ErrorReport::line_and_json;
}

/// CLI11 leaves two blank lines between groups.
std::string help_of(const CLI::App& program) {
    std::string text = program.help();
    for (std::size_t at = 0; (at = text.find("\n\n\n", at)) != std::string::npos;)
        text.erase(at, 1);
    return text;
}

/// @return the exit code.
int run(int argc, const char* const* argv) {
    CLI::App program("Automatic photo enhancement: the same bytes out everywhere.", "limpid");
    describe_program(program);
    CommonOptions common;
    std::vector<Command> commands = {
        add_enhance_command(program, common), add_compare_command(program, common),
        add_explain_command(program, common), add_analyse_command(program, common),
        add_inspect_command(program, common),
    };
    for (Command& command : add_security_commands(program, common)) {
        commands.push_back(std::move(command));
    }
#ifdef LIMPID_WITH_SERVICE
    for (Command& command : add_service_commands(program, common)) {
        commands.push_back(std::move(command));
    }
#endif
    const auto finish = [&](const Status& status) {
        return status ? common.exit_code : report_error(status.error(), report_kind(common));
    };
    try {
        program.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return finish(platform::print(help_of(program)));
    } catch (const CLI::CallForVersion&) {
        return finish(platform::print(program.version() + "\n"));
    } catch (const ValueError& error) {
        common.json = wants_json(argc, argv);
        return finish(fail(error.code(), error.what()));
    } catch (const CLI::ParseError& error) {
        common.json = wants_json(argc, argv);
        return finish(std::unexpected(usage_error(program, error)));
    }
    const auto chosen = std::ranges::find_if(
        commands, [](const Command& command) { return was_chosen(command.parser); });
    return finish(chosen->run());
}

}  // namespace
}  // namespace limpid::cli

int main(int argc, char** argv) {
    using limpid::Error;
    using limpid::ErrorCode;
    using limpid::cli::ErrorReport;
    limpid::cli::occupy_closed_streams();
    limpid::platform::install_signal_handlers();
    // The library returns its errors; what arrives here comes from the command line's own
    // allocations.
    try {
        return limpid::cli::run(argc, argv);
    } catch (const std::bad_alloc&) {
        return report_error(Error(ErrorCode::memory_exhausted), ErrorReport::line);
    } catch (const std::exception& error) {
        return report_error(Error(ErrorCode::internal_failure, error.what()), ErrorReport::line);
    }
}
