#include "platform/signals.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstddef>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace limpid::platform {
namespace {

// A signal handler sees nothing but globals.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> g_cancelled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait for a lock");

// Becomes readable with the first signal, so that waiting for input ends whichever thread the
// signal met.
std::array<int, 2> g_wake_pipe{-1, -1};

std::array<char, PATH_MAX> g_temporary_path{};
std::atomic<bool> g_has_temporary{false};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

// Only async-signal-safe calls in here.
void on_signal(int) {
    if (g_cancelled.exchange(true)) {
        if (g_has_temporary.load()) ::unlink(g_temporary_path.data());
        ::_exit(kCancelledExitCode);
    }
    const int saved_errno = errno;
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(g_wake_pipe[1], &byte, 1);
    errno = saved_errno;
}

}  // namespace

void install_signal_handlers() {
    // Without the pipe the flag still works; only a wait for input ends later.
    if (::pipe2(g_wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) g_wake_pipe = {-1, -1};

    struct sigaction cancel{};
    cancel.sa_handler = on_signal;  // no SA_RESTART: a blocked read or write has to return
    ::sigemptyset(&cancel.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before{};
        ::sigaction(signal, nullptr, &before);
        // Ignored by nohup or by a shell's background job: stays ignored.
        if (before.sa_handler != SIG_IGN) ::sigaction(signal, &cancel, nullptr);
    }

    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, nullptr);
    ::sigaction(SIGXFSZ, &ignore, nullptr);
}

const std::atomic<bool>& cancel_requested() noexcept { return g_cancelled; }

bool wait_for(int fd, short poll_events) noexcept {
    while (!g_cancelled.load()) {
        std::array<pollfd, 2> files{{{fd, poll_events, 0}, {g_wake_pipe[0], POLLIN, 0}}};
        const int ready = ::poll(files.data(), files.size(), -1);
        // What poll() cannot tell, the read or write will.
        if (ready < 0 && errno != EINTR) return true;
        // The handler may run just after poll() found `fd` ready, so the flag decides.
        if (ready > 0 && files[1].revents == 0 && !g_cancelled.load()) return true;
    }
    return false;
}

TemporaryFileGuard::TemporaryFileGuard(const std::string& path) noexcept {
    if (path.size() >= g_temporary_path.size()) return;
    path.copy(g_temporary_path.data(), path.size());
    g_temporary_path[path.size()] = '\0';
    g_has_temporary.store(true);
}

TemporaryFileGuard::~TemporaryFileGuard() { g_has_temporary.store(false); }

}  // namespace limpid::platform
