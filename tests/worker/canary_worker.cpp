// A worker that was taken over: confined as limpid-worker is, it makes the system call that the
// "image" names and, should it live, reports what the call returned.
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "limpid/version.hpp"
#include "native/worker/sandbox.hpp"
#include "worker/false_worker.hpp"

namespace limpid::worker::test {
namespace {

struct Attack {
    std::string_view name;
    /// @return what the system call returned, and leaves errno.
    long (*attempt)();
};

constexpr std::size_t kPage = 4096;

long send_elsewhere() {
    msghdr message{};
    return ::syscall(SYS_sendmsg, 1, &message, 0);
}

long start_program() {
    char* nothing[] = {nullptr};
    return ::syscall(SYS_execve, "/bin/true", nothing, nothing);
}

long make_memory_executable() {
    void* page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return ::mprotect(page, kPage, PROT_READ | PROT_EXEC);
}

long map_executable_memory() {
    constexpr int kAll = PROT_READ | PROT_WRITE | PROT_EXEC;
    return ::syscall(SYS_mmap, nullptr, kPage, kAll, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

long read_parent() {
    char byte = 0;
    iovec here{&byte, 1};
    iovec there{reinterpret_cast<void*>(0x400000), 1};
    return ::syscall(SYS_process_vm_readv, ::getppid(), &here, 1, &there, 1, 0);
}

long use_io_uring() {
    io_uring_params parameters{};
    return ::syscall(SYS_io_uring_setup, 1, &parameters);
}

constexpr Attack kAttacks[] = {
    {"openat", [] { return ::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }},
    {"socket", [] { return ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }},
    {"connect", [] { return ::syscall(SYS_connect, kSocket, nullptr, 0); }},
    {"execve", start_program},
    {"kill parent", [] { return ::syscall(SYS_kill, ::syscall(SYS_getppid), SIGKILL); }},
    {"kill all", [] { return ::syscall(SYS_kill, -1, SIGKILL); }},
    {"ptrace", [] { return ::syscall(SYS_ptrace, PTRACE_ATTACH, 1, nullptr, nullptr); }},
    {"process_vm_readv", read_parent},
    {"fork", [] { return ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr); }},
    {"mmap executable", map_executable_memory},
    {"mprotect executable", make_memory_executable},
    {"io_uring", use_io_uring},
    {"sendmsg elsewhere", send_elsewhere},
    {"write", [] { return ::syscall(SYS_write, 1, "x", 1); }},
    {"read", [] { return ::syscall(SYS_read, 0, nullptr, 0); }},
    {"memfd_create", [] { return ::syscall(SYS_memfd_create, "x", 0); }},
    {"ftruncate", [] { return ::syscall(SYS_ftruncate, kSocket, 0); }},
    {"unshare", [] { return ::syscall(SYS_unshare, CLONE_NEWUSER); }},
    {"mount", [] { return ::syscall(SYS_mount, "none", "/", nullptr, 0, nullptr); }},
    {"bpf", [] { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
    {"prctl", [] { return ::syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }},
    {"keyctl", [] { return ::syscall(SYS_keyctl, 0, 0, 0, 0, 0); }},
    {"unknown number", [] { return ::syscall(10'000); }},
};

/// What is allowed, so that a filter which ends everything is not taken for a good one.
long harmless() {
    void* page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return ::munmap(page, kPage);
}

long attempt(std::string_view name) {
    const auto* const attack = std::ranges::find(kAttacks, name, &Attack::name);
    return attack == std::end(kAttacks) ? harmless() : attack->attempt();
}

std::string all_names() {
    std::string names;
    for (const Attack& attack : kAttacks) names.append(attack.name).append(",");
    return names;
}

}  // namespace
}  // namespace limpid::worker::test

int main(int argc, char** argv) {
    using namespace limpid::worker;
    if (argc != 3) return 2;
    const Hello hello{.version = LIMPID_VERSION_STRING,
                      .layers = enter_sandbox({.memory_bytes = std::stoull(argv[1]),
                                               .cpu_seconds = std::stoull(argv[2])})};
    test::send(MessageKind::hello, to_json(hello));
    for (;;) {
        const auto job = test::next_job();
        if (job.wish == "names") {
            test::reply_with_report(job, R"({"names":")" + test::all_names() + "\"}");
            continue;
        }
        const long result = test::attempt(job.wish);
        test::reply_with_report(job, R"({"returned":)" + std::to_string(result) + "}");
    }
}
