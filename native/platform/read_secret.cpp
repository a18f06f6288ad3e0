#include "platform/read_secret.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"
#include "platform/signals.hpp"

namespace limpid::platform {
namespace {

using security::Secret;

// One byte more than a Secret holds tells "as large as allowed" from "larger".
constexpr std::size_t kBufferBytes = Secret::kMaxBytes + 1;

/// Room for the largest secret, never moved, and wiped as far as it was used.
class WipedBuffer {
public:
    WipedBuffer() : bytes_(new(std::nothrow) std::byte[kBufferBytes]) {}
    WipedBuffer(const WipedBuffer&) = delete;
    WipedBuffer& operator=(const WipedBuffer&) = delete;
    ~WipedBuffer() {
        if (bytes_) ::explicit_bzero(bytes_.get(), used_);
    }

    [[nodiscard]] bool valid() const { return bytes_ != nullptr; }
    [[nodiscard]] std::span<std::byte> room() {
        return {bytes_.get() + used_, kBufferBytes - used_};
    }
    void grow(std::size_t by) { used_ += by; }
    [[nodiscard]] std::span<std::byte> used() { return {bytes_.get(), used_}; }

private:
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t used_ = 0;
};

}  // namespace

Result<Secret> read_secret_descriptor(int fd, std::string_view name, ErrorCode failure) {
    if (::isatty(fd) != 0) {
        return fail(failure, printable(name) + " is a terminal; give a file or a pipe");
    }
    WipedBuffer buffer;
    if (!buffer.valid()) return fail(ErrorCode::memory_exhausted);
    while (!buffer.room().empty()) {
        if (!wait_for(fd, POLLIN)) return fail(ErrorCode::run_cancelled);
        const ssize_t size = ::read(fd, buffer.room().data(), buffer.room().size());
        if (size == 0) return Secret::copy_of(buffer.used());
        if (size > 0) {
            buffer.grow(static_cast<std::size_t>(size));
        } else if (errno != EINTR && errno != EAGAIN) {
            return fail(failure, describe_errno(name, errno));
        }
    }
    return fail(failure, printable(name) + " has more than " + std::to_string(Secret::kMaxBytes) +
                             " bytes, the most a secret may have");
}

Result<Secret> read_secret(const std::string& path) {
    if (path == kStandardStream) {
        return read_secret_descriptor(STDIN_FILENO, "standard input", ErrorCode::io_unreadable);
    }
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat status{};
    if (!file.valid() || ::fstat(file.get(), &status) != 0) {
        return fail(ErrorCode::io_unreadable, describe_errno(path, errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::io_unreadable,
                    printable(path) + " is no regular file; - reads standard input");
    }
    return read_secret_descriptor(file.get(), path, ErrorCode::io_unreadable);
}

}  // namespace limpid::platform
