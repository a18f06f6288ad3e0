#include "service/unix_socket.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/printable.hpp"

namespace limpid::service {
namespace {

// Everything but reading and writing by owner and group.
constexpr mode_t kSocketUmask = 0117;

std::unexpected<Error> refuse_socket(const std::string& path, int error_number) {
    return fail(ErrorCode::service_unbound, platform::describe_errno(path, error_number));
}

platform::FileDescriptor make_socket() {
    return platform::FileDescriptor(
        ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

sockaddr_un address_of_path(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy_n(path.data(), std::min(path.size(), kMaxUnixPathBytes), address.sun_path);
    return address;
}

/// Does nobody listen at the socket any more?
bool is_abandoned(const std::string& path) {
    const platform::FileDescriptor probe = make_socket();
    const sockaddr_un address = address_of_path(path);
    return probe.valid() &&
           ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
               0 &&
           errno == ECONNREFUSED;
}

/// Remove what a process that was killed left.
Status clear_place(const std::string& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return {};
        return refuse_socket(path, errno);
    }
    if (!S_ISSOCK(status.st_mode)) {
        return fail(ErrorCode::service_unbound,
                    platform::printable(path) + " is there and is no socket");
    }
    if (!is_abandoned(path)) {
        return fail(ErrorCode::service_unbound,
                    platform::printable(path) + " belongs to a process that runs");
    }
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return refuse_socket(path, errno);
    return {};
}

}  // namespace

void UnixSocketFile::remove() noexcept {
    struct stat status{};
    if (!path_.empty() && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
        status.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
    path_.clear();
}

Result<UnixListener> listen_unix(const std::string& path) {
    if (Status status = clear_place(path); !status) return std::unexpected(status.error());
    platform::FileDescriptor socket = make_socket();
    const sockaddr_un address = address_of_path(path);
    // The file gets its mode as it is made: there is no moment in which others could connect.
    const mode_t umask_before = ::umask(kSocketUmask);
    const int bound =
        socket.valid()
            ? ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address)
            : -1;
    const int error_number = errno;
    ::umask(umask_before);
    if (bound != 0) return refuse_socket(path, error_number);
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) return refuse_socket(path, errno);
    UnixSocketFile file(path, status.st_dev, status.st_ino);
    if (::listen(socket.get(), SOMAXCONN) != 0) return refuse_socket(path, errno);
    return UnixListener{std::move(socket), std::move(file)};
}

}  // namespace limpid::service
