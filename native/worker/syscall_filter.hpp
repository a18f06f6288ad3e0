#pragma once

namespace limpid::worker {

/// Let only the system calls of enter_sandbox() through from now on, in every thread; another one
/// ends the process. Needs PR_SET_NO_NEW_PRIVS.
/// @return false when the kernel or the container does not allow filters.
[[nodiscard]] bool filter_syscalls();

}  // namespace limpid::worker
