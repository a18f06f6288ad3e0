#pragma once

#include <span>

namespace limpid::worker {

/// Forbid this thread every path, and, where the kernel can, TCP, and signals and abstract sockets
/// of other processes. Needs PR_SET_NO_NEW_PRIVS.
/// @return the version of Landlock that is in force; 0 when the kernel has none.
[[nodiscard]] int forbid_paths();

/// The same but for what lies below the folders that are given: files there may be read, written,
/// made, renamed and removed.
/// @param folders  open descriptors.
[[nodiscard]] int forbid_paths_but(std::span<const int> folders);
/// The same for the calling thread, but that it may read files below a folder. Sets
/// PR_SET_NO_NEW_PRIVS for this thread.
/// @param folder  an open folder; O_PATH will do.
[[nodiscard]] int allow_reading_below(int folder);

}  // namespace limpid::worker
