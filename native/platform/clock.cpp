#include "platform/clock.hpp"

#include <chrono>

namespace limpid::platform {

security::UnixSeconds wall_clock() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::floor<std::chrono::seconds>(since_1970).count()};
}

}  // namespace limpid::platform
