#include "keeper/running.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace limpid::keeper {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// @return false when it did not become readable.
bool wait_readable(int fd, milliseconds timeout) {
    const auto until = Clock::now() + timeout;
    for (;;) {
        const auto left =
            std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - Clock::now()));
        pollfd waited{.fd = fd, .events = POLLIN, .revents = 0};
        const int ready = ::poll(&waited, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

}  // namespace

Client::Running::~Running() {
    if (!is_reaped) static_cast<void>(end());
}

std::expected<Message, NoMessage> Client::Running::receive(milliseconds timeout) {
    if (timeout.count() > 0 && !wait_readable(process.socket.get(), timeout)) {
        return std::unexpected(NoMessage::not_yet);
    }
    return receive_message(process.socket.get(), Wait::no);
}

std::string Client::Running::end() {
    worker::kill_process(process.handle);
    is_reaped = true;
    return worker::to_string(worker::reap(process.handle));
}

void Client::Running::finish(milliseconds timeout) {
    process.socket = platform::FileDescriptor();
    if (wait_readable(process.handle.get(), timeout)) {
        static_cast<void>(worker::reap(process.handle));
        is_reaped = true;
    } else {
        static_cast<void>(end());
    }
}

}  // namespace limpid::keeper
