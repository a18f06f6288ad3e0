#include "cli/explanation.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/run_context.hpp"
#include "limpid/pipeline.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

Status run_explain(const CommonOptions& common) {
    const auto bytes = read_input(common);
    if (!bytes) return std::unexpected(bytes.error());
    const auto context = RunContext::create(common);
    if (!context) return std::unexpected(context.error());
    const auto analysed = analyse(bytes->span(), common.limits, (*context)->options());
    if (!analysed) return std::unexpected(analysed.error());
    return platform::print(explanation(*analysed));
}

}  // namespace

Command add_explain_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command =
        add_command(program, "explain", "say in words what limpid would change, and why");
    add_input(command, common);
    add_switch(command, "-q,--quiet", common.quiet, "no progress", "Output");
    add_run_options(command, common);
    add_limit_option(command, common);
    set_footer(command,
               [] { return recipe_help() + "\n" + limits_help() + "\n" + exit_codes_help(); });
    return {command, [&common] { return run_explain(common); }};
}

}  // namespace limpid::cli
