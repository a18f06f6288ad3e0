#include "worker/syscall_filter.hpp"

#include <array>

#include <seccomp.h>

#include "worker/seccomp_rules.hpp"

namespace limpid::worker {
namespace {

// Memory, time and the end. No thread is ever started, but a lock may still ask the kernel.
constexpr std::array kAllowed = {
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(close),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
#ifdef LIMPID_WORKER_SANITIZED
    // What the sanitisers' own runtime does beside the program; it asks by a pipe whether memory
    // can be read.
    SCMP_SYS(pipe2),
    SCMP_SYS(write),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
#endif
};

}  // namespace

bool filter_syscalls() {
    SeccompRules rules(SCMP_ACT_KILL_PROCESS);
#ifndef LIMPID_WORKER_SANITIZED
    rules.cover_threads();
#endif
    rules.allow(kAllowed);
    rules.allow_memory_unless_executable();
    rules.allow_messages_on_the_socket();
    return rules.load();
}

}  // namespace limpid::worker
