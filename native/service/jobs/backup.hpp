#pragma once

#include <cstdint>
#include <string>

#include "limpid/error.hpp"

// Copies of a state folder: its databases, and the blobs that jobs name.
namespace limpid::service::jobs {

struct BackupCounts {
    std::uint64_t jobs = 0;
    std::uint64_t blobs = 0;
};

/// Copy the state folder `state` into `target`, mode 0700, while a service uses it or not: every
/// job that was accepted before this began is in it, whole. Of a service that runs, changes wait
/// for as long as copying the database takes. What bears the name `target` afterwards is complete
/// and on the disk; on an error nothing does.
/// @param target  a folder that is missing, or empty.
/// @return storage.failed when it is not; storage.in_use during another copy, or when the service
///         changes the database without a pause; storage.damaged; storage.full; as
///         open_state_folder().
[[nodiscard]] Result<BackupCounts> back_up(const std::string& state, const std::string& target);

/// Make a state folder of a copy, after looking at all of it: databases by SQLite's check, blobs by
/// their digests. @param state  missing, or empty. @return as back_up().
[[nodiscard]] Result<BackupCounts> restore(const std::string& copy, const std::string& state);

}  // namespace limpid::service::jobs
