#include "cli/options.hpp"
#include "cli/run_context.hpp"
#include "limpid/pipeline.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

Status run_analyse(const CommonOptions& common) {
    const auto bytes = read_input(common);
    if (!bytes) return std::unexpected(bytes.error());
    const auto context = RunContext::create(common);
    if (!context) return std::unexpected(context.error());
    const auto analysed = analyse(bytes->span(), common.limits, (*context)->options());
    if (!analysed) return std::unexpected(analysed.error());
    return platform::print((common.json ? to_json(*analysed) : to_json(analysed->recipe)) + "\n");
}

}  // namespace

Command add_analyse_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command = add_command(
        program, "analyse", "print the recipe limpid would apply, as JSON for enhance --recipe");
    add_input(command, common);
    add_switch(command, "--json", common.json,
               "print what was measured as well: an object\n{\"analysis\", \"info\", \"recipe\"}",
               "Output");
    add_switch(command, "-q,--quiet", common.quiet, "no progress", "Output");
    add_run_options(command, common);
    add_limit_option(command, common);
    return {command, [&common] { return run_analyse(common); }};
}

}  // namespace limpid::cli
