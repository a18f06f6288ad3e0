#include "service/jobs/blob_store.hpp"

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.hpp"
#include "limpid/digest.hpp"
#include "platform/write_file.hpp"
#include "service/jobs/storage_error.hpp"

namespace limpid::service::jobs {
namespace {

constexpr const char* kFolderName = "blobs";
// One writer: one name is enough.
constexpr const char* kIncoming = "incoming";
constexpr std::size_t kKeyDigits = 64;

bool is_key(std::string_view name) {
    return name.size() == kKeyDigits &&
           name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status write_bytes(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return std::unexpected(storage_error("writing a blob", errno));
        }
    }
    return {};
}

Status read_bytes(int fd, std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::read(fd, bytes.data(), bytes.size());
        if (count > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (count == 0) {
            return fail(ErrorCode::storage_damaged, "a blob is shorter than it was");
        } else if (errno != EINTR) {
            return std::unexpected(storage_error("reading a blob", errno));
        }
    }
    return {};
}

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

}  // namespace

Result<BlobStore> BlobStore::open(const platform::FileDescriptor& parent) {
    if (::mkdirat(parent.get(), kFolderName, 0700) != 0 && errno != EEXIST) {
        return std::unexpected(storage_error("making the folder of blobs", errno));
    }
    platform::FileDescriptor folder(
        ::openat(parent.get(), kFolderName, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!folder.valid() || ::fsync(parent.get()) != 0) {
        return std::unexpected(storage_error("opening the folder of blobs", errno));
    }
    BlobStore store(std::move(folder));
    store.remove_incoming();
    return store;
}

Status BlobStore::write_incoming(std::span<const std::byte> bytes) {
    platform::FileDescriptor file(::openat(folder_.get(), kIncoming,
                                           O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                                           platform::kPrivateMode));
    if (!file.valid()) return std::unexpected(storage_error("making a blob", errno));
    if (Status status = write_bytes(file.get(), bytes); !status) return status;
    // A file system may find out only now that there is no room.
    if (::fsync(file.get()) != 0 || !file.close()) {
        return std::unexpected(storage_error("bringing a blob to the disk", errno));
    }
    return {};
}

void BlobStore::remove_incoming() {
    // It may not be there.
    static_cast<void>(::unlinkat(folder_.get(), kIncoming, 0));
}

Status BlobStore::sync_names() const {
    if (::fsync(folder_.get()) == 0) return {};
    return std::unexpected(storage_error("bringing the name of a blob to the disk", errno));
}

Result<std::string> BlobStore::put(std::span<const std::byte> bytes) {
    std::string key = to_hex(crypto::sha256(bytes));
    // The same contents are there already; whether their name has reached the disk is not known.
    if (::faccessat(folder_.get(), key.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        Status status = write_incoming(bytes);
        if (status && ::renameat(folder_.get(), kIncoming, folder_.get(), key.c_str()) != 0) {
            status = std::unexpected(storage_error("naming a blob", errno));
        }
        if (!status) {
            remove_incoming();
            return std::unexpected(std::move(status).error());
        }
    }
    if (Status status = sync_names(); !status) return std::unexpected(std::move(status).error());
    return key;
}

Result<ByteBuffer> BlobStore::get(const std::string& key) const {
    const platform::FileDescriptor file(
        ::openat(folder_.get(), key.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.valid()) {
        if (errno == ENOENT) return fail(ErrorCode::storage_damaged, "a blob is missing");
        return std::unexpected(storage_error("opening a blob", errno));
    }
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) {
        return std::unexpected(storage_error("opening a blob", errno));
    }
    ByteBuffer bytes;
    if (!bytes.resize(static_cast<std::size_t>(status.st_size))) {
        return fail(ErrorCode::memory_exhausted);
    }
    if (Status read = read_bytes(file.get(), bytes.span()); !read) {
        return std::unexpected(std::move(read).error());
    }
    if (to_hex(crypto::sha256(std::as_const(bytes).span())) != key) {
        return fail(ErrorCode::storage_damaged, "a blob is not what its name says");
    }
    return bytes;
}

Status BlobStore::remove(const std::string& key) {
    if (::unlinkat(folder_.get(), key.c_str(), 0) == 0 || errno == ENOENT) return {};
    return std::unexpected(storage_error("removing a blob", errno));
}

Result<std::vector<std::string>> BlobStore::keys() const {
    // fdopendir() takes its descriptor over, and a duplicate would share its place in the folder.
    platform::FileDescriptor again(
        ::openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, CloseFolder> folder(again.valid() ? ::fdopendir(again.get())
                                                                 : nullptr);
    if (folder == nullptr) return std::unexpected(storage_error("listing the blobs", errno));
    static_cast<void>(again.release());
    std::vector<std::string> keys;
    errno = 0;
    // Each DIR is used by one thread.
    while (const dirent* entry = ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe)
        if (is_key(entry->d_name)) keys.emplace_back(entry->d_name);
        errno = 0;
    }
    if (errno != 0) return std::unexpected(storage_error("listing the blobs", errno));
    return keys;
}

Status BlobStore::probe() {
    const std::vector<std::byte> bytes(kProbeBytes);
    const Status status = write_incoming(bytes);
    remove_incoming();
    return status;
}

}  // namespace limpid::service::jobs
