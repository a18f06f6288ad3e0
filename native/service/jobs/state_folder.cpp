#include "service/jobs/state_folder.hpp"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/printable.hpp"
#include "service/jobs/storage_error.hpp"

namespace limpid::service::jobs {
namespace {

// How long a service that ends may still hold the folder when the next one starts.
constexpr std::chrono::seconds kEndingService{2};
constexpr std::chrono::milliseconds kLockPause{20};

/// Make the name of a new folder survive a power cut, as far as its parent may be read.
void sync_parent(const platform::FileDescriptor& folder) {
    const platform::FileDescriptor parent(
        ::openat(folder.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.valid()) static_cast<void>(::fsync(parent.get()));
}

}  // namespace

Result<platform::FileDescriptor> open_state_folder(const std::string& path) {
    const bool is_new = ::mkdir(path.c_str(), 0700) == 0;
    if (!is_new && errno != EEXIST) return std::unexpected(storage_error(path, errno));
    platform::FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) return std::unexpected(storage_error(path, errno));
    struct stat status{};
    if (::fstat(folder.get(), &status) != 0) return std::unexpected(storage_error(path, errno));
    if (status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::storage_exposed, platform::printable(path));
    }
    if (is_new) sync_parent(folder);
    return folder;
}

Status lock_state_folder(const platform::FileDescriptor& folder) {
    const auto deadline = std::chrono::steady_clock::now() + kEndingService;
    // Not the database's own lock: `limpidd backup` reads that while the service runs.
    while (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return std::unexpected(storage_error("locking the state folder", errno));
        }
        if (std::chrono::steady_clock::now() >= deadline) return fail(ErrorCode::storage_in_use);
        std::this_thread::sleep_for(kLockPause);
    }
    return {};
}

}  // namespace limpid::service::jobs
