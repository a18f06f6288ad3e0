#include "limpid/security/rate_limit_headers.hpp"
#include "security/time.hpp"

#include <algorithm>
#include <string_view>

namespace limpid::security {
namespace {

std::string seconds(std::int64_t ns) {
    return std::to_string((ns + kNanosecondsPerSecond - 1) / kNanosecondsPerSecond);
}

/// When a client should look again: refused, when one is let through; allowed, when all are.
std::string reset(const RateDecision& decision) {
    return seconds(decision.allowed ? decision.reset_after_ns : decision.retry_after_ns);
}

/// RFC 9651 section 3.3.3.
std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        const bool printable = c >= 0x20 && c < 0x7F;
        if (c == '"' || c == '\\') out += '\\';
        out += printable ? c : '?';
    }
    return out + '"';
}

/// The index of the limit a client meets first.
std::size_t tightest(std::span<const RateDecision> decisions) {
    const auto order = [](const RateDecision& a, const RateDecision& b) {
        if (a.allowed != b.allowed) return !a.allowed;
        if (!a.allowed) return a.retry_after_ns > b.retry_after_ns;
        return a.remaining < b.remaining;
    };
    return static_cast<std::size_t>(std::ranges::min_element(decisions, order) - decisions.begin());
}

void three_headers(std::vector<HeaderField>& out, std::string_view prefix, const RateCheck& check,
                   const RateDecision& decision) {
    const auto add = [&](std::string_view name, std::string value) {
        out.push_back({std::string(prefix) + std::string(name), std::move(value)});
    };
    add("Limit", std::to_string(check.quota.quota()));
    add("Remaining", std::to_string(decision.remaining));
    add("Reset", reset(decision));
}

void draft_7(std::vector<HeaderField>& out, const RateCheck& check, const RateDecision& decision) {
    const std::string quota = std::to_string(check.quota.quota());
    out.push_back({"RateLimit-Policy", quota + ";w=" + std::to_string(check.quota.window_s())});
    out.push_back({"RateLimit", "limit=" + quota +
                                    ", remaining=" + std::to_string(decision.remaining) +
                                    ", reset=" + reset(decision)});
}

void draft_10(std::vector<HeaderField>& out, std::span<const RateCheck> checks,
              std::span<const RateDecision> decisions) {
    std::string policies;
    std::string limits;
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        const std::string name = (i > 0 ? ", " : "") + quoted(checks[i].policy);
        policies += name + ";q=" + std::to_string(checks[i].quota.quota()) +
                    ";w=" + std::to_string(checks[i].quota.window_s());
        limits +=
            name + ";r=" + std::to_string(decisions[i].remaining) + ";t=" + reset(decisions[i]);
    }
    out.push_back({"RateLimit-Policy", std::move(policies)});
    out.push_back({"RateLimit", std::move(limits)});
}

}  // namespace

std::vector<HeaderField> rate_limit_headers(RateLimitHeaders form,
                                            std::span<const RateCheck> checks,
                                            std::span<const RateDecision> decisions) {
    std::vector<HeaderField> out;
    const std::size_t count = std::min(checks.size(), decisions.size());
    if (count == 0) return out;
    const std::size_t index = tightest(decisions.first(count));
    switch (form) {
        case RateLimitHeaders::draft_6:
            three_headers(out, "RateLimit-", checks[index], decisions[index]);
            break;
        case RateLimitHeaders::legacy:
            three_headers(out, "X-RateLimit-", checks[index], decisions[index]);
            break;
        case RateLimitHeaders::draft_7:
            draft_7(out, checks[index], decisions[index]);
            break;
        case RateLimitHeaders::draft_10:
            draft_10(out, checks.first(count), decisions.first(count));
            break;
    }
    if (!decisions[index].allowed) {
        out.push_back({"Retry-After", seconds(decisions[index].retry_after_ns)});
    }
    return out;
}

}  // namespace limpid::security
