#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace limpid::audit {

/// Decides which of many like events are recorded, so that whoever causes them cannot fill the
/// disk: in a window of time so many of each kind for each client, and 1000 kinds and clients in
/// all. The others are counted. Not thread-safe.
class EventSampler {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;

    static constexpr std::chrono::seconds kWindow{60};
    static constexpr std::size_t kMaxPairs = 1000;

    /// Is this event to be recorded? @param budget  how many of them in a window.
    [[nodiscard]] bool admit(std::string_view event, std::string_view client, std::uint32_t budget,
                             Time now);

    /// Events of a window that has ended which were not recorded, by name; each is told once.
    [[nodiscard]] Counts take_suppressed(Time now);

private:
    Time begin_{};
    std::map<std::string, std::uint32_t, std::less<>> seen_;
    Counts suppressed_;
};

}  // namespace limpid::audit
