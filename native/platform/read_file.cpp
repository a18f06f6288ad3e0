#include "platform/read_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/signals.hpp"

namespace limpid::platform {
namespace {

constexpr std::uint64_t kFirstBytes = 64 * 1024;
constexpr std::uint64_t kMaxBytesPerRead = 1024 * 1024;

std::string_view kind_of(mode_t mode) {
    if (S_ISDIR(mode)) return "a directory";
    if (S_ISFIFO(mode)) return "a named pipe";
    if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
    if (S_ISSOCK(mode)) return "a socket";
    return "not a regular file";
}

struct Source {
    FileDescriptor owned;
    int fd = -1;
    std::string name;
    std::uint64_t likely_bytes = kFirstBytes;
};

Result<Source> open_standard_input() {
    if (::isatty(STDIN_FILENO) != 0) {
        return fail(ErrorCode::io_unreadable,
                    "standard input is a terminal; pipe or redirect a file into it");
    }
    Source source;
    source.fd = STDIN_FILENO;
    source.name = "standard input";
    return source;
}

Result<Source> open_path(const std::string& path) {
    Source source;
    // O_NONBLOCK so that opening a FIFO returns and can be refused.
    source.owned =
        FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    source.fd = source.owned.get();
    source.name = printable(path);
    struct stat status{};
    if (!source.owned.valid() || ::fstat(source.fd, &status) != 0) {
        return fail(ErrorCode::io_unreadable, describe_errno(path, errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::io_unreadable, source.name + " is " +
                                                  std::string(kind_of(status.st_mode)) +
                                                  "; a file is needed, or - for standard input");
    }
    // A hint that saves growing; a wrong one costs nothing else.
    source.likely_bytes = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    return source;
}

/// One read(), with waiting that a signal ends. @return the bytes read, 0 at the end.
Result<std::size_t> read_some(const Source& source, std::byte* to, std::uint64_t max_bytes) {
    for (;;) {
        if (!wait_for(source.fd, POLLIN)) return fail(ErrorCode::run_cancelled);
        const auto count = static_cast<std::size_t>(std::min(max_bytes, kMaxBytesPerRead));
        const ssize_t size = ::read(source.fd, to, count);
        if (size >= 0) return static_cast<std::size_t>(size);
        if (errno != EINTR && errno != EAGAIN) {
            return fail(ErrorCode::io_unreadable, describe_errno(source.name, errno));
        }
    }
}

}  // namespace

Result<ByteBuffer> read_file(const std::string& path, const ReadLimit& limit) {
    auto source = path == kStandardStream ? open_standard_input() : open_path(path);
    if (!source) return std::unexpected(source.error());

    // One byte more than allowed tells "as large as allowed" from "larger".
    const std::uint64_t stop_bytes = limit.max_bytes + (limit.max_bytes < UINT64_MAX ? 1 : 0);
    std::uint64_t capacity_bytes = std::min(source->likely_bytes + 1, stop_bytes);
    std::uint64_t size_bytes = 0;
    ByteBuffer contents;
    for (;;) {
        if (!contents.resize(static_cast<std::size_t>(capacity_bytes))) {
            return fail(ErrorCode::memory_exhausted,
                        source->name + " needs " + std::to_string(capacity_bytes) + " bytes");
        }
        while (size_bytes < capacity_bytes) {
            const auto read =
                read_some(*source, contents.data() + size_bytes, capacity_bytes - size_bytes);
            if (!read) return std::unexpected(read.error());
            if (*read == 0) {
                if (!contents.resize(static_cast<std::size_t>(size_bytes))) {
                    return fail(ErrorCode::memory_exhausted);
                }
                return contents;
            }
            size_bytes += *read;
        }
        if (size_bytes > limit.max_bytes) {
            return fail(limit.too_large, source->name + " has more than " +
                                             std::to_string(limit.max_bytes) + " bytes; " +
                                             std::string(limit.limit_name) + " is " +
                                             std::to_string(limit.max_bytes));
        }
        capacity_bytes = std::min(capacity_bytes * 2, stop_bytes);
    }
}

Status read_pieces(const std::string& path,
                   const std::function<void(std::span<const std::byte>)>& take) {
    auto source = path == kStandardStream ? open_standard_input() : open_path(path);
    if (!source) return std::unexpected(source.error());
    ByteBuffer piece;
    if (!piece.resize(kMaxBytesPerRead)) return fail(ErrorCode::memory_exhausted);
    for (;;) {
        const auto read = read_some(*source, piece.data(), kMaxBytesPerRead);
        if (!read) return std::unexpected(read.error());
        if (*read == 0) return {};
        take(piece.span().first(*read));
    }
}

}  // namespace limpid::platform
