#include "limpid/security/rate_limit.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>

#include "security/crypto/short_hash.hpp"
#include "security/time.hpp"

namespace limpid::security {
namespace {

constexpr std::uint64_t kMaxRequests = 1'000'000'000;
constexpr std::uint64_t kMaxWindowSeconds = 31'536'000;
constexpr std::int64_t kCentury = std::int64_t{100} * 31'536'000 * kNanosecondsPerSecond;

/// A set is searched whole: four cache lines.
constexpr std::size_t kSlotsPerSet = 16;
constexpr std::size_t kSlotsPerKey = 2;
constexpr std::size_t kMaxTrackedKeys = 16'777'216;

constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min();

}  // namespace

Result<RateQuota> RateQuota::make(std::uint64_t quota, std::uint64_t window_s,
                                  std::uint64_t burst) {
    if (burst == 0) burst = quota;
    const bool in_range = quota >= 1 && quota <= kMaxRequests && burst <= kMaxRequests &&
                          window_s >= 1 && window_s <= kMaxWindowSeconds;
    if (!in_range) {
        return fail(ErrorCode::argument_invalid, std::to_string(quota) + " requests in " +
                                                     std::to_string(window_s) + " s, burst " +
                                                     std::to_string(burst));
    }
    RateQuota out;
    out.quota_ = quota;
    out.window_s_ = window_s;
    out.burst_ = burst;
    const std::uint64_t window_ns = window_s * std::uint64_t{kNanosecondsPerSecond};
    out.interval_ns_ = static_cast<std::int64_t>((window_ns + quota - 1) / quota);
    if (static_cast<std::uint64_t>(out.interval_ns_) > std::uint64_t{kCentury} / burst) {
        return fail(ErrorCode::argument_invalid,
                    "a burst of " + std::to_string(burst) + " would take a century to restore");
    }
    return out;
}

RateDecision decide_rate(const RateQuota& quota, std::int64_t arrival_ns,
                         MonotonicNanoseconds now) noexcept {
    // now is below 2^62 on any clock that started with the machine; a century is below 2^62 too.
    const std::int64_t at = std::clamp<std::int64_t>(now.value, 0, kCentury);
    const std::int64_t interval = quota.interval_ns();
    const std::int64_t tolerance = static_cast<std::int64_t>(quota.burst()) * interval;
    const std::int64_t debt = std::clamp<std::int64_t>(arrival_ns, at, at + tolerance) - at;
    RateDecision out;
    out.allowed = debt + interval <= tolerance;
    const std::int64_t debt_after = out.allowed ? debt + interval : debt;
    out.remaining = static_cast<std::uint64_t>((tolerance - debt_after) / interval);
    out.retry_after_ns = std::max<std::int64_t>(debt_after + interval - tolerance, 0);
    out.reset_after_ns = debt_after;
    out.arrival_ns = at + debt_after;
    return out;
}

void RateLimiter::Free::operator()(Slot* slots) const noexcept { std::free(slots); }

Result<RateLimiter> RateLimiter::make(std::size_t max_keys, RandomSource& random) {
    if (max_keys < 1 || max_keys > kMaxTrackedKeys) {
        return fail(ErrorCode::argument_invalid, std::to_string(max_keys) + " keys; from 1 to " +
                                                     std::to_string(kMaxTrackedKeys) +
                                                     " can be kept");
    }
    RateLimiter out;
    out.sets_ = std::bit_ceil((max_keys * kSlotsPerKey + kSlotsPerSet - 1) / kSlotsPerSet);
    // calloc: pages nobody has written cost nothing, and running out of memory is an answer.
    const std::size_t slots = out.sets_ * kSlotsPerSet;
    out.slots_.reset(static_cast<Slot*>(std::calloc(slots, sizeof(Slot))));
    if (!out.slots_) return fail(ErrorCode::memory_exhausted, std::to_string(slots) + " slots");
    random.fill(out.secret_);
    return out;
}

std::size_t RateLimiter::memory_bytes() const noexcept {
    return sets_ * kSlotsPerSet * sizeof(Slot);
}

std::uint64_t RateLimiter::key_of(const RateCheck& check) const noexcept {
    // Hashing the policy's hash with the subject keeps ("a", "bc") and ("ab", "c") apart.
    const std::uint64_t policy = short_hash(secret_, as_bytes(check.policy));
    const std::uint64_t subject = short_hash(secret_, as_bytes(check.subject));
    const std::array<std::uint64_t, 2> both = {policy, subject};
    return std::max<std::uint64_t>(short_hash(secret_, std::as_bytes(std::span(both))), 1);
}

std::span<RateLimiter::Slot> RateLimiter::set_of(std::uint64_t key) const noexcept {
    return {slots_.get() + (key >> 32U & (sets_ - 1)) * kSlotsPerSet, kSlotsPerSet};
}

std::int64_t RateLimiter::arrival_of(std::uint64_t key) const noexcept {
    for (const Slot& slot : set_of(key)) {
        if (slot.key == key) return slot.arrival_ns;
    }
    return kLongAgo;
}

void RateLimiter::store(std::uint64_t key, std::int64_t arrival_ns) noexcept {
    const std::span<Slot> set = set_of(key);
    auto slot = std::ranges::find(set, key, &Slot::key);
    if (slot == set.end()) slot = std::ranges::find(set, std::uint64_t{0}, &Slot::key);
    if (slot == set.end()) slot = std::ranges::min_element(set, {}, &Slot::arrival_ns);
    *slot = {key, arrival_ns};
}

RateDecision RateLimiter::allow(const RateCheck& check, MonotonicNanoseconds now) noexcept {
    RateDecision decision;
    static_cast<void>(allow_all({&check, 1}, now, {&decision, 1}));
    return decision;
}

bool RateLimiter::allow_all(std::span<const RateCheck> checks, MonotonicNanoseconds now,
                            std::span<RateDecision> decisions) noexcept {
    const std::size_t count = std::min(checks.size(), decisions.size());
    bool all = true;
    for (std::size_t i = 0; i < count; ++i) {
        decisions[i] = decide_rate(checks[i].quota, arrival_of(key_of(checks[i])), now);
        all = all && decisions[i].allowed;
    }
    if (all) {
        for (std::size_t i = 0; i < count; ++i) {
            store(key_of(checks[i]), decisions[i].arrival_ns);
        }
    }
    return all;
}

}  // namespace limpid::security
