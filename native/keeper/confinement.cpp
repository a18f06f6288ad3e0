#include "keeper/confinement.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>

#include "platform/file_descriptor.hpp"
#include "worker/landlock.hpp"
#include "worker/process_limits.hpp"
#include "worker/seccomp_rules.hpp"

namespace limpid::keeper {
namespace {

#ifdef LIMPID_KEEPER_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

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
bool filter_syscalls() {
    if (kSanitized) return false;  // their runtime makes other calls
    worker::SeccompRules rules(SCMP_ACT_ERRNO(EPERM));
    rules.allow(kAllowed);
    rules.add(SCMP_ACT_KILL_PROCESS, kDeadly);
    rules.allow_memory_unless_executable();
    rules.allow_messages_on_the_socket();
    // A thread; what clone3 is asked for cannot be seen, so that glibc is sent back to it.
    rules.allow_with_bits(SCMP_SYS(clone), 0, CLONE_THREAD);
    rules.add(SCMP_ACT_ERRNO(ENOSYS), std::array{SCMP_SYS(clone3)});
    return rules.load();
}

void limit_own_resources() {
    using worker::ResourceLimit;
    constexpr std::array kLimits = {
        ResourceLimit{RLIMIT_CORE, 0},
        ResourceLimit{RLIMIT_NOFILE, 64},
        ResourceLimit{RLIMIT_MSGQUEUE, 0},
#ifndef LIMPID_KEEPER_SANITIZED  // which reserve terabytes of addresses
        ResourceLimit{RLIMIT_AS, rlim_t{1} << 30U},
#endif
    };
    worker::limit_resources(kLimits);
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
    worker::drop_capabilities();
    limit_own_resources();
    confinement.syscall_filter = filter_syscalls();
    return confinement;
}

}  // namespace limpid::keeper
