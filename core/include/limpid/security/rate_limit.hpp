#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// A moment of a clock that is never set: nanoseconds since any fixed point, such as the machine's
/// start. Handed in; the library reads no clock.
struct MonotonicNanoseconds {
    /// Nanoseconds; not negative.
    std::int64_t value = 0;
    auto operator<=>(const MonotonicNanoseconds&) const = default;
};

/// How many requests are let through: `quota` in every window of `window_s` seconds, spread evenly,
/// of which `burst` may come at once.
class LIMPID_API RateQuota {
public:
    /// @param quota     1..1,000,000,000
    /// @param window_s  seconds, 1..31,536,000 (a year)
    /// @param burst     1..1,000,000,000; 0 means the quota
    /// @return argument.invalid, also when `burst` would take more than a century to restore.
    [[nodiscard]] static Result<RateQuota> make(std::uint64_t quota, std::uint64_t window_s,
                                                std::uint64_t burst = 0);

    /// As given to make(), the burst never 0.
    [[nodiscard]] std::uint64_t quota() const noexcept { return quota_; }
    [[nodiscard]] std::uint64_t window_s() const noexcept { return window_s_; }
    [[nodiscard]] std::uint64_t burst() const noexcept { return burst_; }
    /// Nanoseconds after which one more request is let through: window / quota, rounded up so that
    /// never more than the quota are.
    [[nodiscard]] std::int64_t interval_ns() const noexcept { return interval_ns_; }

private:
    RateQuota() = default;
    std::uint64_t quota_ = 0;
    std::uint64_t window_s_ = 0;
    std::uint64_t burst_ = 0;
    std::int64_t interval_ns_ = 0;
};

/// The answer for one request.
struct RateDecision {
    bool allowed = false;
    /// Requests that would still be let through at once.
    std::uint64_t remaining = 0;
    /// Until the next request is let through; 0 when one would be now.
    std::int64_t retry_after_ns = 0;
    /// Until everything is as if nobody had asked.
    std::int64_t reset_after_ns = 0;
    /// What to store for the key: the theoretical arrival time. Unchanged when refused.
    std::int64_t arrival_ns = 0;
};

/// The generic cell rate algorithm (ITU-T I.371) in its virtual-scheduling form: the whole state of
/// a key is one number.
///
/// With T = quota.interval_ns() and TAT the stored number, a request at `now` is let through when
/// max(TAT, now) + T - now <= burst * T; then TAT becomes max(TAT, now) + T. A stored number from
/// the future beyond what this rule can make (the clock went back, the quota was lowered) counts as
/// now + burst * T, so that no error of the clock locks a key out for longer than T.
///
/// @param arrival_ns  what the previous decision for this key stored; any past moment when new.
/// Pure and thread-safe.
[[nodiscard]] LIMPID_API RateDecision decide_rate(const RateQuota& quota, std::int64_t arrival_ns,
                                                  MonotonicNanoseconds now) noexcept;

/// One of several limits that a request is held to.
struct RateCheck {
    /// Part of the key, and the name in headers: "ip", "key", "enhance".
    std::string_view policy;
    /// Whom to count: an address, the public id of a key.
    std::string_view subject;
    RateQuota quota;
};

/// Remembers keys within fixed memory.
///
/// A table of 16 bytes a slot with two slots a key: one million keys take 32 MiB, allocated once.
/// Keys are kept as 64-bit SipHash values under a secret, so that nobody can choose keys that
/// collide; two of a million keys share a limit with a probability of 3e-8. When a set of 16 slots
/// is full, the key that is nearest to being unlimited gives way: a flood of new keys cannot free
/// one that is in debt.
///
/// Not thread-safe: one for each worker, or behind a mutex.
class LIMPID_API RateLimiter {
public:
    /// @param max_keys  1..16,777,216
    /// @param random    for the secret. Used only during the call.
    /// @return argument.invalid | memory.exhausted
    [[nodiscard]] static Result<RateLimiter> make(std::size_t max_keys, RandomSource& random);

    RateLimiter(RateLimiter&&) noexcept = default;
    RateLimiter& operator=(RateLimiter&&) noexcept = default;
    RateLimiter(const RateLimiter&) = delete;
    RateLimiter& operator=(const RateLimiter&) = delete;
    ~RateLimiter() = default;

    /// Decide and, when allowed, count.
    [[nodiscard]] RateDecision allow(const RateCheck& check, MonotonicNanoseconds now) noexcept;

    /// Hold a request to several limits at once: it is counted by all of them when all allow it,
    /// and by none otherwise.
    /// @param decisions  one for each check, in order; `allowed` says what that check alone would.
    /// The
    ///                   same size as `checks`.
    /// @return are all allowed?
    [[nodiscard]] bool allow_all(std::span<const RateCheck> checks, MonotonicNanoseconds now,
                                 std::span<RateDecision> decisions) noexcept;

    /// Bytes the table takes.
    [[nodiscard]] std::size_t memory_bytes() const noexcept;

private:
    struct Slot {
        std::uint64_t key = 0;  // 0 is free
        std::int64_t arrival_ns = 0;
    };
    struct Free {
        void operator()(Slot* slots) const noexcept;
    };
    RateLimiter() = default;
    [[nodiscard]] std::uint64_t key_of(const RateCheck& check) const noexcept;
    [[nodiscard]] std::span<Slot> set_of(std::uint64_t key) const noexcept;
    [[nodiscard]] std::int64_t arrival_of(std::uint64_t key) const noexcept;
    void store(std::uint64_t key, std::int64_t arrival_ns) noexcept;

    std::array<std::byte, 16> secret_{};
    std::unique_ptr<Slot[], Free> slots_;
    std::size_t sets_ = 0;
};

}  // namespace limpid::security
