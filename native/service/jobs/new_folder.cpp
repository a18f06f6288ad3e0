#include "service/jobs/new_folder.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "service/jobs/storage_error.hpp"

namespace limpid::service::jobs {
namespace {

/// Nothing, or a folder with nothing in it.
bool may_be_made(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) return true;
    return std::filesystem::is_directory(status) && std::filesystem::is_empty(path, error) &&
           !error;
}

}  // namespace

Status make_private_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return {};
    return std::unexpected(storage_error("making " + platform::printable(path), errno));
}

Status sync_to_disk(const std::string& path) {
    const platform::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.valid() && ::fsync(file.get()) == 0) return {};
    return std::unexpected(
        storage_error("bringing " + platform::printable(path) + " to the disk", errno));
}

NewFolder::NewFolder(std::string path) : path_(std::move(path)) {
    while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
    partial_ = path_ + ".partial";
}

NewFolder::NewFolder(NewFolder&& other) noexcept
    : path_(std::move(other.path_)), partial_(std::exchange(other.partial_, {})) {}

NewFolder::~NewFolder() {
    std::error_code error;
    if (!partial_.empty()) std::filesystem::remove_all(partial_, error);
}

Result<NewFolder> NewFolder::make(const std::string& path) {
    if (!may_be_made(path)) {
        return fail(ErrorCode::storage_failed,
                    platform::printable(path) + " is there already, and not an empty folder");
    }
    NewFolder folder(path);
    std::error_code error;
    std::filesystem::remove_all(folder.partial_, error);
    if (Status status = make_private_folder(folder.partial_); !status) {
        return std::unexpected(std::move(status).error());
    }
    return folder;
}

Status NewFolder::finish() {
    if (Status status = sync_to_disk(partial_); !status) return status;
    std::error_code error;
    std::filesystem::rename(partial_, path_, error);
    if (error) {
        return std::unexpected(
            storage_error("naming " + platform::printable(path_), error.value()));
    }
    partial_.clear();
    const auto parent = std::filesystem::path(path_).parent_path();
    return sync_to_disk(parent.empty() ? "." : parent.string());
}

}  // namespace limpid::service::jobs
