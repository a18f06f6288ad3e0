#include "cli/security/moment.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "cli/choices.hpp"
#include "limpid/security/foreign_license.hpp"
#include "platform/clock.hpp"

namespace limpid::cli {
namespace {

// A hundred years; what is longer is a slip.
constexpr std::int64_t kMaxSeconds = 36'525LL * 86'400;

std::int64_t seconds_of(char unit) {
    switch (unit) {
        case 'd':
            return 86'400;
        case 'h':
            return 3'600;
        case 'm':
            return 60;
        case 's':
            return 1;
        default:
            return 0;
    }
}

std::optional<std::int64_t> duration(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const std::int64_t unit = seconds_of(text.back());
    text.remove_suffix(1);
    std::int64_t count = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (unit == 0 || error != std::errc{} || stop != text.data() + text.size() || count < 0) {
        return std::nullopt;
    }
    if (count > kMaxSeconds / unit) return std::nullopt;
    return count * unit;
}

}  // namespace

std::int64_t parse_duration(std::string_view option, std::string_view text) {
    const auto seconds = duration(text);
    if (!seconds) refuse_value(option, text, "a length of time, such as 90d, 12h, 30m or 45s");
    return *seconds;
}

security::UnixSeconds parse_moment(std::string_view option, std::string_view text) {
    if (const auto seconds = duration(text)) return {platform::wall_clock().value + *seconds};
    constexpr std::size_t kDateBytes = 10;
    const std::string whole = std::string(text) + (text.size() == kDateBytes ? "T00:00:00Z" : "");
    const auto moment = security::parse_rfc3339(whole);
    if (!moment) {
        refuse_value(option, text, "a moment: 2027-12-31, 2027-12-31T23:59:59Z or 90d from now");
    }
    return *moment;
}

std::string to_rfc3339(security::UnixSeconds moment) {
    namespace chrono = std::chrono;
    const chrono::sys_seconds time{chrono::seconds{moment.value}};
    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date{day};
    const chrono::hh_mm_ss clock{time - day};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

}  // namespace limpid::cli
