#include "worker/sandbox.hpp"

#include <array>
#include <csignal>

#include <sys/prctl.h>

#include "worker/landlock.hpp"
#include "worker/process_limits.hpp"
#include "worker/syscall_filter.hpp"

namespace limpid::worker {
namespace {

bool limit_resources_of(const SandboxOptions& options) {
    // Standard streams, the socket, and the two files of a job.
    rlim_t files = kSocket + 1 + 2;
#ifdef LIMPID_WORKER_SANITIZED
    files += 2;  // a pipe, to ask whether memory can be read
#endif
    const std::array limits = {
#ifndef LIMPID_WORKER_SANITIZED  // which reserve terabytes of addresses
        ResourceLimit{RLIMIT_AS, options.memory_bytes},
#endif
        ResourceLimit{RLIMIT_CPU, options.cpu_seconds},
        ResourceLimit{RLIMIT_FSIZE, 0},
        ResourceLimit{RLIMIT_NOFILE, files},
        ResourceLimit{RLIMIT_NPROC, 0},
        ResourceLimit{RLIMIT_CORE, 0},
        ResourceLimit{RLIMIT_MEMLOCK, 0},
        ResourceLimit{RLIMIT_MSGQUEUE, 0},
    };
    return limit_resources(limits);
}

}  // namespace

Layers enter_sandbox(const SandboxOptions& options) {
    Layers layers;
    layers.no_new_privileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    layers.not_dumpable = ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    // Otherwise a busy worker would go on without the service until its processor time is up.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    layers.landlock_abi = forbid_paths();
    layers.no_capabilities = drop_capabilities();
    layers.resource_limits = limit_resources_of(options);
    layers.syscall_filter = filter_syscalls();
    return layers;
}

}  // namespace limpid::worker
