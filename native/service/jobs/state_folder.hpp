#pragma once

#include <string>

#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"

namespace limpid::service::jobs {

/// Open the folder that the service keeps its state in; made with mode 0700 when it is missing, not
/// so the folders above it.
/// @return storage.exposed when it belongs to another account or others can write it;
///         storage.failed.
[[nodiscard]] Result<platform::FileDescriptor> open_state_folder(const std::string& path);

/// Be the one service that uses an open state folder, for as long as it is open. Waits two seconds
/// for one that is ending. @return storage.in_use.
[[nodiscard]] Status lock_state_folder(const platform::FileDescriptor& folder);

}  // namespace limpid::service::jobs
