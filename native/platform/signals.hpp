#pragma once

#include <atomic>
#include <string>

namespace limpid::platform {

/// Exit status of a cancelled run; errors.def has it for run.cancelled.
inline constexpr int kCancelledExitCode = 130;

/// Make SIGINT, SIGTERM and SIGHUP ask the run to stop; a second one ends the process at once, but
/// still removes the temporary file. Writing to a closed pipe or past the file size limit becomes
/// an error of the write. Call once, before any thread starts.
void install_signal_handlers();

/// True once a signal asked to stop. Lives as long as the process.
[[nodiscard]] const std::atomic<bool>& cancel_requested() noexcept;

/// Wait until `fd` is ready for `poll_events` or a signal asks to stop. @return false when
/// cancelled.
[[nodiscard]] bool wait_for(int fd, short poll_events) noexcept;

/// Names the file a second signal removes before the process ends. One at a time.
class TemporaryFileGuard {
public:
    explicit TemporaryFileGuard(const std::string& path) noexcept;
    ~TemporaryFileGuard();
    TemporaryFileGuard(const TemporaryFileGuard&) = delete;
    TemporaryFileGuard& operator=(const TemporaryFileGuard&) = delete;
};

}  // namespace limpid::platform
