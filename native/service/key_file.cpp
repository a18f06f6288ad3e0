#include "service/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"
#include "platform/write_file.hpp"

namespace limpid::service {
namespace {

using security::ApiKeyRecord;

// Some 300 bytes a record: 50,000 keys, each of which is compared at every request.
constexpr platform::ReadLimit kLimit{
    .max_bytes = 16U << 20U, .limit_name = "keys_file", .too_large = ErrorCode::io_unreadable};

std::string file_text(std::span<const ApiKeyRecord> records) {
    std::string text;
    for (const ApiKeyRecord& record : records) text += to_json(record) + "\n";
    return text;
}

/// Is there a file, and may nobody but its owner write it?
Result<bool> check_file(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return false;
        return fail(ErrorCode::io_unreadable, platform::describe_errno(path, errno));
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::secret_exposed, platform::printable(path));
    }
    return true;
}

Result<platform::FileDescriptor> lock(const std::string& path) {
    const std::string name = path + ".lock";
    platform::FileDescriptor file(
        ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, platform::kPrivateMode));
    if (!file.valid() || ::flock(file.get(), LOCK_EX) != 0) {
        return fail(ErrorCode::io_unwritable, platform::describe_errno(name, errno));
    }
    return file;
}

}  // namespace

Result<std::vector<ApiKeyRecord>> parse_key_file(std::string_view text) {
    std::vector<ApiKeyRecord> records;
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;
        auto record = security::parse_api_key_record(line);
        if (!record) return fail(record.error().id(), "line " + std::to_string(number));
        records.push_back(*std::move(record));
    }
    return records;
}

Result<std::vector<ApiKeyRecord>> read_key_file(const std::string& path) {
    if (const auto safe = check_file(path); !safe) return std::unexpected(safe.error());
    const auto bytes = platform::read_file(path, kLimit);
    if (!bytes) return std::unexpected(bytes.error());
    return parse_key_file({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

Status change_key_file(const std::string& path,
                       const std::function<Status(std::vector<ApiKeyRecord>&)>& change) {
    const auto locked = lock(path);
    if (!locked) return std::unexpected(locked.error());
    const auto there = check_file(path);
    if (!there) return std::unexpected(there.error());
    std::vector<ApiKeyRecord> records;
    if (*there) {
        auto read = read_key_file(path);
        if (!read) return std::unexpected(std::move(read).error());
        records = *std::move(read);
    }
    if (Status status = change(records); !status) return status;
    const std::string text = file_text(records);
    return platform::write_file(path, std::as_bytes(std::span(text)),
                                {.mode = platform::kPrivateMode});
}

Result<KeyFile> KeyFile::open(std::string path) {
    KeyFile file(std::move(path));
    if (const auto read = file.refresh(); !read) return std::unexpected(read.error());
    return file;
}

std::string KeyFile::state() const {
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) return "none";
    return std::to_string(status.st_ino) + " " + std::to_string(status.st_size) + " " +
           std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

Result<KeyChanges> KeyFile::refresh() {
    std::string now = state();
    if (now == state_) return KeyChanges();
    // Noted before reading: what changes meanwhile is read the next time.
    state_ = std::move(now);
    records_.clear();
    auto read = read_key_file(path_);
    if (!read) return std::unexpected(std::move(read).error());
    records_ = *std::move(read);
    return take_changes();
}

KeyChanges KeyFile::take_changes() {
    std::map<std::string, bool> now;
    for (const ApiKeyRecord& record : records_) now[record.id] = record.revoked_at.has_value();
    KeyChanges changes;
    if (!known_) {
        known_ = std::move(now);
        return changes;
    }
    for (const auto& [id, is_revoked] : now) {
        const auto before = known_->find(id);
        if (before == known_->end()) changes.created.push_back(id);
        if (is_revoked && (before == known_->end() || !before->second)) {
            changes.revoked.push_back(id);
        }
    }
    for (const auto& [id, was_revoked] : *known_) {
        if (!now.contains(id)) changes.removed.push_back(id);
    }
    known_ = std::move(now);
    return changes;
}

}  // namespace limpid::service
