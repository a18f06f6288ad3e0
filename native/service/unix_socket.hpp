#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"

namespace limpid::service {

/// Longest path of a socket: what sockaddr_un has room for, less its end.
inline constexpr std::size_t kMaxUnixPathBytes = 107;

/// The file of a Unix socket of ours, removed when this is destroyed; another one that has taken
/// its place meanwhile is left alone.
class UnixSocketFile {
public:
    UnixSocketFile() noexcept = default;
    UnixSocketFile(std::string path, std::uint64_t device, std::uint64_t inode) noexcept
        : path_(std::move(path)), device_(device), inode_(inode) {}
    UnixSocketFile(UnixSocketFile&& other) noexcept
        : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}
    UnixSocketFile& operator=(UnixSocketFile&&) = delete;
    UnixSocketFile(const UnixSocketFile&) = delete;
    UnixSocketFile& operator=(const UnixSocketFile&) = delete;
    ~UnixSocketFile() { remove(); }

    /// Remove it now.
    void remove() noexcept;

private:
    std::string path_;
    std::uint64_t device_ = 0;
    std::uint64_t inode_ = 0;
};

/// A socket that listens, and its file.
struct UnixListener {
    platform::FileDescriptor socket;
    UnixSocketFile file;
};

/// Listen at a path, with mode 0660: its owner and group may connect. A socket that is there and
/// that nobody listens at, as a killed process leaves it, is replaced. Sets the process's umask for
/// a moment: not for a program of several threads.
/// @param path  absolute, at most kMaxUnixPathBytes.
/// @return service.unbound when somebody listens there, when something else is there, or when the
///         folder does not allow it.
[[nodiscard]] Result<UnixListener> listen_unix(const std::string& path);

}  // namespace limpid::service
