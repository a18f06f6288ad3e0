#include "service/backup_command.hpp"

#include <string>
#include <string_view>

#include "platform/write_file.hpp"
#include "service/command_options.hpp"
#include "service/jobs/backup.hpp"

namespace limpid::service {
namespace {

Status tell(const Result<jobs::BackupCounts>& counts) {
    if (!counts) return std::unexpected(counts.error());
    return platform::print(std::to_string(counts->jobs) + " jobs, " +
                           std::to_string(counts->blobs) + " files of theirs\n");
}

}  // namespace

Status run_backup_command(std::span<const char* const> arguments) {
    constexpr std::string_view kCommand = "backup";
    constexpr std::string_view kKnown[] = {"state-dir", "to"};
    const auto options = read_options(kCommand, arguments, kKnown, "state-dir");
    if (!options) return std::unexpected(options.error());
    if (!options->contains("to")) return wrong_usage(kCommand, "--to is missing");
    return tell(jobs::back_up(options->at("state-dir"), options->at("to")));
}

Status run_restore_command(std::span<const char* const> arguments) {
    constexpr std::string_view kCommand = "restore";
    constexpr std::string_view kKnown[] = {"from", "state-dir"};
    const auto options = read_options(kCommand, arguments, kKnown, "state-dir");
    if (!options) return std::unexpected(options.error());
    if (!options->contains("from")) return wrong_usage(kCommand, "--from is missing");
    return tell(jobs::restore(options->at("from"), options->at("state-dir")));
}

}  // namespace limpid::service
