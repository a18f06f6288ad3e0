#pragma once

#include <chrono>
#include <cstdint>

namespace limpid::service {

/// Notices when the service answers many requests with errors of its own. Not thread-safe.
class ErrorSpike {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::seconds kWindow{60};
    /// Responses of 500 and above in a window.
    static constexpr std::uint32_t kErrors = 50;

    /// A request was answered. @return does that make it a spike? Once in a window.
    [[nodiscard]] bool count(int status, Time now) noexcept {
        if (status < 500) return false;
        if (now - begin_ >= kWindow) {
            begin_ = now;
            errors_ = 0;
        }
        return ++errors_ == kErrors;
    }

private:
    Time begin_{};
    std::uint32_t errors_ = 0;
};

}  // namespace limpid::service
