#include "worker/spawn.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/printable.hpp"
#include "worker/sandbox.hpp"

namespace limpid::worker {
namespace {

constexpr unsigned kOtherNamespaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWPID;

/// What to ask for, best first: everybody may have a user namespace and the others within it; root
/// needs none for the others.
constexpr std::array<unsigned, 3> kNamespaces = {CLONE_NEWUSER | kOtherNamespaces, kOtherNamespaces,
                                                 0};

Status cannot(std::string_view what) {
    return fail(ErrorCode::worker_unavailable, platform::describe_errno(what, errno));
}

/// Both above every number that the new program gets, so that moving one cannot overwrite the
/// other.
platform::FileDescriptor moved_up(int fd) {
    constexpr int kAboveAll = 16;
    return platform::FileDescriptor(::fcntl(fd, F_DUPFD_CLOEXEC, kAboveAll));
}

/// Everything the new process needs, made before it exists: it may not ask for memory.
struct Start {
    const char* program;
    char* const* arguments;
    int socket;
    int nothing;
};

void forget_signals() {
    struct sigaction by_default{};
    by_default.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &by_default, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

/// In the new process. Nothing but async-signal-safe calls: other threads may have held locks.
[[noreturn]] void become(const Start& start) {
    forget_signals();
    constexpr std::array<char*, 1> kNoEnvironment{nullptr};
    bool is_ready = ::dup2(start.socket, kSocket) == kSocket;
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        is_ready = is_ready && ::dup2(start.nothing, stream) == stream;
    }
    is_ready = is_ready && ::syscall(SYS_close_range, kSocket + 1, UINT_MAX, 0) == 0;
    if (is_ready) ::execve(start.program, start.arguments, kNoEnvironment.data());
    ::_exit(kNotExecuted);
}

/// The two last arguments of clone() stand in another order on other machines, but are zero.
long copy_process(unsigned namespaces, int& handle) {
    const unsigned long flags = namespaces | CLONE_PIDFD | unsigned{SIGCHLD};
    return ::syscall(SYS_clone, flags, nullptr, &handle, nullptr, nullptr);
}

/// No handler of ours may run in the copy: it would act on what it shares with us.
class BlockedSignals {
public:
    BlockedSignals() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

private:
    sigset_t before_{};
};

Status start_process(const Start& start, bool want_namespaces, Process& process) {
    const BlockedSignals blocked;
    for (const unsigned namespaces : kNamespaces) {
        if (namespaces != 0 && !want_namespaces) continue;
        int handle = -1;
        const long id = copy_process(namespaces, handle);
        if (id == 0) become(start);
        if (id < 0) continue;
        process.id = static_cast<pid_t>(id);
        process.handle = platform::FileDescriptor(handle);
        process.namespaces.user_namespace = (namespaces & CLONE_NEWUSER) != 0;
        process.namespaces.network_namespace = (namespaces & CLONE_NEWNET) != 0;
        process.namespaces.ipc_namespace = (namespaces & CLONE_NEWIPC) != 0;
        process.namespaces.pid_namespace = (namespaces & CLONE_NEWPID) != 0;
        return {};
    }
    return cannot("a new process");
}

}  // namespace

Result<Process> spawn(const std::string& program, const std::vector<std::string>& arguments,
                      bool namespaces) {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return std::unexpected(cannot("a socket").error());
    }
    Process process;
    process.socket = platform::FileDescriptor(ends[0]);
    const platform::FileDescriptor low_end(ends[1]);
    const platform::FileDescriptor their_end = moved_up(ends[1]);
    const platform::FileDescriptor null_device(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const platform::FileDescriptor nothing = moved_up(null_device.get());
    if (!their_end.valid() || !nothing.valid()) return std::unexpected(cannot("/dev/null").error());

    std::vector<std::string> texts = arguments;
    texts.insert(texts.begin(), program);
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    const Start start{program.c_str(), pointers.data(), their_end.get(), nothing.get()};
    if (Status status = start_process(start, namespaces, process); !status) {
        return std::unexpected(status.error());
    }
    return process;
}

void kill_process(const platform::FileDescriptor& handle) noexcept {
    ::syscall(SYS_pidfd_send_signal, handle.get(), SIGKILL, nullptr, 0);
}

End reap(const platform::FileDescriptor& handle) noexcept {
    siginfo_t info{};
    int result = 0;
    do {
        result = ::waitid(P_PIDFD, static_cast<id_t>(handle.get()), &info, WEXITED);
    } while (result != 0 && errno == EINTR);
    return {.by_signal = info.si_code != CLD_EXITED, .number = info.si_status};
}

std::string to_string(const End& end) {
    if (!end.by_signal) return "exit status " + std::to_string(end.number);
    const char* name = ::sigabbrev_np(end.number);
    return "signal " + (name != nullptr ? std::string(name) : std::to_string(end.number));
}

std::uint64_t resident_bytes(pid_t id) {
    const std::string path = "/proc/" + std::to_string(id) + "/statm";
    const platform::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 128> text{};
    const ssize_t length = file.valid() ? ::read(file.get(), text.data(), text.size()) : -1;
    if (length <= 0) return 0;
    // Pages in all, pages in RAM, …
    std::string_view rest(text.data(), static_cast<std::size_t>(length));
    rest.remove_prefix(std::min(rest.find(' '), rest.size() - 1) + 1);
    std::uint64_t pages = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), pages);
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace limpid::worker
