#include "service/jobs/state_folder.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/printable.hpp"
#include "service/jobs/storage_error.hpp"

namespace limpid::service::jobs {
namespace {

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

}  // namespace limpid::service::jobs
