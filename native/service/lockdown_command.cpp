#include "service/lockdown_command.hpp"

#include <string>
#include <string_view>

#include "platform/clock.hpp"
#include "platform/printable.hpp"
#include "platform/write_file.hpp"
#include "service/command_options.hpp"
#include "service/lockdown.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kLockdown = "lockdown";

Status run_lock(std::span<const char* const> arguments) {
    constexpr std::string_view kKnown[] = {"file", "mode", "reason"};
    const auto options = read_options(kLockdown, arguments, kKnown);
    if (!options) return std::unexpected(options.error());
    const std::string mode = option_text(*options, "mode");
    Lockdown lockdown{.mode = LockdownMode::deny};
    if (mode == to_string(LockdownMode::read_only)) {
        lockdown.mode = LockdownMode::read_only;
    } else if (!mode.empty() && mode != to_string(LockdownMode::deny)) {
        return wrong_usage(kLockdown, "--mode is read-only or deny");
    }
    lockdown.reason = platform::printable(option_text(*options, "reason"));
    lockdown.since = platform::utc_timestamp();
    return write_lockdown(options->at("file"), lockdown);
}

Result<std::string> lockdown_file_of(std::span<const char* const> arguments) {
    constexpr std::string_view kKnown[] = {"file"};
    const auto options = read_options(kLockdown, arguments, kKnown);
    if (!options) return std::unexpected(options.error());
    return options->at("file");
}

Status run_unlock(std::span<const char* const> arguments) {
    const auto file = lockdown_file_of(arguments);
    if (!file) return std::unexpected(file.error());
    return write_lockdown(*file, {.since = platform::utc_timestamp()});
}

Status run_status(std::span<const char* const> arguments) {
    const auto file = lockdown_file_of(arguments);
    if (!file) return std::unexpected(file.error());
    const auto lockdown = read_lockdown(*file);
    if (!lockdown) return std::unexpected(lockdown.error());
    std::string text(to_string(lockdown->mode));
    if (!lockdown->since.empty()) text += " since " + lockdown->since;
    if (!lockdown->reason.empty()) text += ": " + lockdown->reason;
    return platform::print(text + "\n");
}

}  // namespace

Status run_lockdown_command(std::span<const char* const> arguments) {
    const std::string_view command = arguments.empty() ? "" : arguments.front();
    if (command == "on") return run_lock(arguments.subspan(1));
    if (command == "off") return run_unlock(arguments.subspan(1));
    if (command == "status") return run_status(arguments.subspan(1));
    return wrong_usage(kLockdown, "expected on, off or status");
}

}  // namespace limpid::service
