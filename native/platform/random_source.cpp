#include "platform/random_source.hpp"

#include <cerrno>
#include <cstdlib>

#include <sys/random.h>

namespace limpid::platform {

void SystemRandom::fill(std::span<std::byte> bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            std::abort();
        }
    }
}

}  // namespace limpid::platform
