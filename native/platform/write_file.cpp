#include "platform/write_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"
#include "platform/signals.hpp"

namespace limpid::platform {
namespace {

// Small enough that a signal is noticed soon.
constexpr std::size_t kMaxBytesPerWrite = 1024 * 1024;
constexpr std::string_view kStandardOutputName = "standard output";

std::unexpected<Error> unwritable(std::string_view path, int error_number) {
    return fail(ErrorCode::io_unwritable, describe_errno(path, error_number));
}

std::unexpected<Error> taken(std::string_view path) {
    return fail(ErrorCode::io_exists, printable(path));
}

Status write_all(int fd, std::string_view name, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        if (!wait_for(fd, POLLOUT)) return fail(ErrorCode::run_cancelled);
        const ssize_t written =
            ::write(fd, bytes.data(), std::min(bytes.size(), kMaxBytesPerWrite));
        if (written >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        } else if (errno != EINTR && errno != EAGAIN) {
            return unwritable(name, errno);
        }
    }
    return {};
}

std::string describe_unnamed(std::string_view path) {
    return std::string("'")
        .append(printable(path))
        .append("' names no file; give the name of a file");
}

struct Target {
    /// Where the file is or will be, symbolic links followed.
    std::string path;
    std::string folder;
    std::string name;
    bool is_stream = false;
};

/// The path with every symbolic link followed; as it is when it does not exist.
std::string resolved(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    return real ? std::string(real.get()) : path;
}

Result<Target> find_target(const std::string& path) {
    struct stat status{};
    Target target;
    target.path = path;
    if (::stat(path.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode)) {
            return fail(ErrorCode::io_unwritable,
                        printable(path) + " is " +
                            (S_ISDIR(status.st_mode) ? "a directory" : "a disk") +
                            "; the name of a file is needed");
        }
        target.is_stream = !S_ISREG(status.st_mode);
        if (!target.is_stream) target.path = resolved(path);
    } else if (errno != ENOENT) {
        return unwritable(path, errno);
    }
    const std::size_t slash = target.path.rfind('/');
    target.name = slash == std::string::npos ? target.path : target.path.substr(slash + 1);
    target.folder = slash == std::string::npos ? "." : target.path.substr(0, slash + 1);
    if (target.name.empty()) {
        return fail(ErrorCode::io_unwritable, describe_unnamed(path));
    }
    return target;
}

Status check_target(const Target& target, const WriteOptions& options) {
    if (target.is_stream) return {};
    struct stat status{};
    if (::stat(target.folder.c_str(), &status) != 0) return unwritable(target.folder, errno);
    if (!S_ISDIR(status.st_mode)) return unwritable(target.folder, ENOTDIR);
    if (!options.replace && ::lstat(target.path.c_str(), &status) == 0) return taken(target.path);
    return {};
}

/// A file beside the target that disappears unless it takes the target's name.
class TemporaryFile {
public:
    explicit TemporaryFile(const Target& target) : path_(name_beside(target)), target_(target) {}
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (exists_) ::unlink(path_.c_str());
    }

    Status write(std::span<const std::byte> bytes, const WriteOptions& options) {
        // From before the file exists until after it is gone: a second signal may come in between.
        guard_.emplace(path_);
        file_ = FileDescriptor(::open(
            path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, options.mode));
        if (!file_.valid()) {
            const int open_error = errno;
            guard_.reset();  // not ours to remove
            return unwritable(target_.path, open_error);
        }
        exists_ = true;
        if (Status status = write_all(file_.get(), target_.path, bytes); !status) return status;
        // EINVAL: a file system that cannot promise it.
        if (::fsync(file_.get()) != 0 && errno != EINVAL) return unwritable(target_.path, errno);
        if (!file_.close()) return unwritable(target_.path, errno);
        if (cancel_requested().load()) return fail(ErrorCode::run_cancelled);
        return take_name(options.replace);
    }

private:
    Status take_name(bool replace) {
        if (replace) {
            if (::rename(path_.c_str(), target_.path.c_str()) != 0) {
                return unwritable(target_.path, errno);
            }
            exists_ = false;
            return {};
        }
        // link() fails where the name is taken, whatever takes it; the first name goes with this
        // object.
        if (::link(path_.c_str(), target_.path.c_str()) == 0) return {};
        return errno == EEXIST ? taken(target_.path) : unwritable(target_.path, errno);
    }

    static std::string name_beside(const Target& target) {
        // The suffix only has to be new: O_EXCL decides. Names have 255 bytes at most.
        constexpr std::size_t kMaxNameBytes = 200;
        std::uint32_t suffix = 0;
        if (::getrandom(&suffix, sizeof suffix, GRND_NONBLOCK) != sizeof suffix) {
            suffix = static_cast<std::uint32_t>(::getpid());
        }
        std::array<char, 16> hex{};
        std::snprintf(hex.data(), hex.size(), "%08x", static_cast<unsigned>(suffix));
        std::string path = target.folder;
        if (!path.ends_with('/')) path += '/';
        path.append(".").append(target.name, 0, kMaxNameBytes);
        return path.append(".limpid-").append(hex.data());
    }

    std::string path_;
    const Target& target_;
    std::optional<TemporaryFileGuard> guard_;
    FileDescriptor file_;
    bool exists_ = false;
};

/// Make the new name survive a power cut.
Status sync_folder(const Target& target) {
    const FileDescriptor folder(::open(target.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // A folder one may write to but not read cannot be synchronised; the file is in place all the
    // same.
    if (!folder.valid()) return {};
    if (::fsync(folder.get()) != 0 && errno != EINVAL) {
        return fail(ErrorCode::io_unwritable,
                    "the file is in place, but its folder could not be brought to the disk: " +
                        describe_errno(target.folder, errno));
    }
    return {};
}

Status write_stream(const std::string& path, std::span<const std::byte> bytes) {
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.valid()) {
        if (errno == EINTR) return fail(ErrorCode::run_cancelled);
        return unwritable(path, errno);
    }
    if (::isatty(file.get()) != 0) {
        return fail(ErrorCode::io_unwritable, printable(path) + " is a terminal; give a file");
    }
    if (Status status = write_all(file.get(), path, bytes); !status) return status;
    if (!file.close()) return unwritable(path, errno);
    return {};
}

}  // namespace

Status check_output(const std::string& path, const WriteOptions& options) {
    if (path == kStandardStream) {
        if (::isatty(STDOUT_FILENO) == 0) return {};
        return fail(ErrorCode::io_unwritable,
                    "standard output is a terminal and an image is not text; redirect it, or give "
                    "a file with -o");
    }
    const auto target = find_target(path);
    if (!target) return std::unexpected(target.error());
    return check_target(*target, options);
}

Status write_file(const std::string& path, std::span<const std::byte> bytes,
                  const WriteOptions& options) {
    if (Status status = check_output(path, options); !status) return status;
    if (path == kStandardStream) return write_all(STDOUT_FILENO, kStandardOutputName, bytes);
    const auto target = find_target(path);
    if (!target) return std::unexpected(target.error());
    if (target->is_stream) return write_stream(target->path, bytes);
    if (Status status = TemporaryFile(*target).write(bytes, options); !status) return status;
    return sync_folder(*target);
}

Status print(std::string_view text) {
    return write_all(STDOUT_FILENO, kStandardOutputName, std::as_bytes(std::span(text)));
}

}  // namespace limpid::platform
