#pragma once

#include <string>
#include <vector>

namespace limpid::keeper {

/// What confines a keeper.
struct Confinement {
    bool syscall_filter = false;
    /// Version of Landlock that is in force; 0: none.
    int landlock_abi = 0;
};

/// Confine this process for the rest of its life, as far as the kernel allows.
///
/// Afterwards it starts no program, opens no socket, looks into no process (SIGSYS), and, where the
/// kernel has Landlock, reaches files below `folders` only. Other system calls that a keeper has no
/// use for fail with EPERM. Call it while there is one thread.
[[nodiscard]] Confinement confine(const std::vector<std::string>& folders);

}  // namespace limpid::keeper
