#include "worker/syscall_filter.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <seccomp.h>
#include <sys/mman.h>

#include "worker/sandbox.hpp"

namespace limpid::worker {
namespace {

struct Release {
    void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

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

// The third argument of each says what the memory may be used for.
constexpr std::array kAllowedUnlessExecutable = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

constexpr std::array kAllowedOnTheSocket = {SCMP_SYS(recvmsg), SCMP_SYS(sendmsg)};

bool add_rules(scmp_filter_ctx filter) {
    const auto allow = [filter](int call, auto... conditions) {
        return ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, sizeof...(conditions),
                                  conditions...) == 0;
    };
    return std::ranges::all_of(kAllowed, [&](int call) { return allow(call); }) &&
           std::ranges::all_of(kAllowedUnlessExecutable,
                               [&](int call) {
                                   return allow(call,
                                                scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
                               }) &&
           std::ranges::all_of(kAllowedOnTheSocket, [&](int call) {
               return allow(call, scmp_arg_cmp{0, SCMP_CMP_EQ, kSocket, 0});
           });
}

}  // namespace

bool filter_syscalls() {
    const Filter filter(::seccomp_init(SCMP_ACT_KILL_PROCESS));
    return filter != nullptr &&
           // Calls by the numbers of another architecture, 32-bit ones for example.
           ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
#ifndef LIMPID_WORKER_SANITIZED
           ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
#endif
           add_rules(filter.get()) && ::seccomp_load(filter.get()) == 0;
}

}  // namespace limpid::worker
