#include "service/route_limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "service/routes.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

constexpr std::array kSubjects = {
    std::pair(std::string_view("ip"), RateSubject::ip),
    std::pair(std::string_view("key"), RateSubject::key),
    std::pair(std::string_view("user"), RateSubject::user),
};

std::unexpected<Error> invalid(std::string_view limit, std::string_view why) {
    return fail(ErrorCode::config_invalid_value,
                "rate_limits: " + std::string(limit) + ": " + std::string(why));
}

/// The number before `end`, which is taken off with it.
std::optional<std::uint64_t> take_number(std::string_view& text, char end) {
    const std::string_view digits = text.substr(0, text.find(end));
    std::uint64_t value = 0;
    const auto [stopped, error] = std::from_chars(digits.begin(), digits.end(), value);
    if (error != std::errc() || stopped != digits.end()) return std::nullopt;
    text.remove_prefix(std::min(text.size(), digits.size() + 1));
    return value;
}

/// `COUNT/SECONDS[+BURST]`
Result<security::RateQuota> parse_quota(std::string_view limit, std::string_view text) {
    constexpr std::string_view kForm = "write COUNT/SECONDS or COUNT/SECONDS+BURST";
    if (!text.contains('/') || text.ends_with('+')) return invalid(limit, kForm);
    const auto count = take_number(text, '/');
    const auto seconds = count ? take_number(text, '+') : std::nullopt;
    const bool has_burst = !text.empty();
    const auto burst = has_burst ? take_number(text, '+') : std::optional<std::uint64_t>(0);
    if (!seconds || !burst || (has_burst && *burst == 0) || !text.empty()) {
        return invalid(limit, kForm);
    }
    const auto quota = security::RateQuota::make(*count, *seconds, *burst);
    if (!quota) return invalid(limit, quota.error().found());
    return *quota;
}

bool is_limited(std::string_view path) {
    return std::ranges::any_of(routes(), [path](const Route& route) {
        return route.path == path && route.rate_class != RateClass::none;
    });
}

Result<RouteLimit> parse_limit(std::string_view text) {
    const std::vector<std::string> words = split(text, ' ');
    if (words.size() != 3) return invalid(text, "write PATH SUBJECT COUNT/SECONDS");
    if (!is_limited(words[0])) return invalid(text, "no route with limits has this path");
    const auto subject =
        std::ranges::find(kSubjects, words[1], &std::pair<std::string_view, RateSubject>::first);
    if (subject == kSubjects.end()) return invalid(text, "subjects are ip, key and user");
    auto quota = parse_quota(text, words[2]);
    if (!quota) return std::unexpected(std::move(quota).error());
    return RouteLimit{.name = words[0] + " " + words[1],
                      .path = words[0],
                      .subject = subject->second,
                      .quota = *quota};
}

}  // namespace

Result<std::vector<RouteLimit>> parse_route_limits(std::string_view text) {
    std::vector<RouteLimit> limits;
    for (const std::string& one : split(text, ',')) {
        auto limit = parse_limit(one);
        if (!limit) return std::unexpected(std::move(limit).error());
        if (std::ranges::find(limits, limit->name, &RouteLimit::name) != limits.end()) {
            return invalid(one, "this path has a limit for this subject already");
        }
        limits.push_back(*std::move(limit));
    }
    return limits;
}

}  // namespace limpid::service
