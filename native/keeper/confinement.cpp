#include "keeper/confinement.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"
#include "worker/landlock.hpp"
#include "worker/sandbox.hpp"

namespace limpid::keeper {
namespace {

#ifdef LIMPID_KEEPER_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

struct Release {
    void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// Memory, locks, time, chance, files, and the thread that compresses parts of the audit log.
constexpr std::array kAllowed = {
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(mlock),
    SCMP_SYS(mlock2),
    SCMP_SYS(munlock),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(close),
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fchmod),
    SCMP_SYS(flock),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(fstatfs),
    SCMP_SYS(getdents64),
    SCMP_SYS(utimensat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(pipe2),
};
// Nothing asks for these but whoever has taken the process over.
constexpr std::array kDeadly = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(sendto),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(memfd_create),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(mount),
};
constexpr std::array kAllowedUnlessExecutable = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
constexpr std::array kAllowedOnTheSocket = {SCMP_SYS(recvmsg), SCMP_SYS(sendmsg)};

bool add_rules(scmp_filter_ctx filter) {
    const auto add = [filter](unsigned action, int call, auto... conditions) {
        return ::seccomp_rule_add(filter, action, call, sizeof...(conditions), conditions...) == 0;
    };
    return std::ranges::all_of(kAllowed, [&](int call) { return add(SCMP_ACT_ALLOW, call); }) &&
           std::ranges::all_of(kDeadly,
                               [&](int call) { return add(SCMP_ACT_KILL_PROCESS, call); }) &&
           std::ranges::all_of(kAllowedUnlessExecutable,
                               [&](int call) {
                                   return add(SCMP_ACT_ALLOW, call,
                                              scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
                               }) &&
           std::ranges::all_of(kAllowedOnTheSocket,
                               [&](int call) {
                                   return add(SCMP_ACT_ALLOW, call,
                                              scmp_arg_cmp{0, SCMP_CMP_EQ, worker::kSocket, 0});
                               }) &&
           // A thread; what clone3 is asked for cannot be seen, so that glibc is sent back to it.
           add(SCMP_ACT_ALLOW, SCMP_SYS(clone),
               scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD}) &&
           add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
}

bool filter_syscalls() {
    if (kSanitized) return false;  // their runtime makes other calls
    const Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
    return filter != nullptr &&
           // Calls by the numbers of another architecture, 32-bit ones for example.
           ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
           add_rules(filter.get()) && ::seccomp_load(filter.get()) == 0;
}

void limit_resources() {
    struct ResourceLimit {
        __rlimit_resource resource;
        rlim_t value;
    };
    constexpr std::array kLimits = {
        ResourceLimit{RLIMIT_CORE, 0},
        ResourceLimit{RLIMIT_NOFILE, 64},
        ResourceLimit{RLIMIT_MSGQUEUE, 0},
#ifndef LIMPID_KEEPER_SANITIZED  // which reserve terabytes of addresses
        ResourceLimit{RLIMIT_AS, rlim_t{1} << 30U},
#endif
    };
    for (const auto& [resource, value] : kLimits) {
        const rlimit both{.rlim_cur = value, .rlim_max = value};
        static_cast<void>(::setrlimit(resource, &both));
    }
}

void drop_capabilities() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    static_cast<void>(::syscall(SYS_capset, &header, none.data()));
}

int confine_paths(const std::vector<std::string>& folders) {
    std::vector<platform::FileDescriptor> opened;
    std::vector<int> numbers;
    for (const std::string& folder : folders) {
        opened.emplace_back(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        // What is not there cannot be reached later either, which opening a log will say.
        if (opened.back().valid()) numbers.push_back(opened.back().get());
    }
    return worker::forbid_paths_but(numbers);
}

}  // namespace

Confinement confine(const std::vector<std::string>& folders) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    Confinement confinement;
    confinement.landlock_abi = confine_paths(folders);
    drop_capabilities();
    limit_resources();
    confinement.syscall_filter = filter_syscalls();
    return confinement;
}

}  // namespace limpid::keeper
