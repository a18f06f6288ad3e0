#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/block_list.hpp"
#include "limpid/security/network.hpp"
#include "limpid/security/rate_limit.hpp"
#include "limpid/security/rate_limit_headers.hpp"
#include "service/http_message.hpp"
#include "service/redis/rate_store.hpp"
#include "service/route_limits.hpp"
#include "service/settings.hpp"

namespace limpid::service {

/// Which limits a route is held to.
enum class RateClass : std::uint8_t {
    none,     ///< probes of the machine that runs the service
    plain,    ///< address and credential
    enhance,  ///< these, and the pictures of the address
};

/// The limits of a request, decided.
struct RateVerdict {
    /// Absent: it may go on.
    std::optional<Error> refusal;
    /// For the response, whichever it is.
    std::vector<HeaderField> fields;
};

/// A request, as far as limits look at it.
struct Counted {
    RateClass rate_class = RateClass::plain;
    const security::IpAddress& client;
    /// Empty without a credential.
    std::string_view principal;
    /// Of the route, as in the table.
    std::string_view path;
};

/// How often somebody may ask, and who is shut out. Not thread-safe.
class RateGate {
public:
    /// @return argument.invalid, network.malformed_range for settings that cannot be had together;
    ///         memory.exhausted.
    [[nodiscard]] static Result<RateGate> make(const Settings& settings,
                                               security::RandomSource& random);

    /// Take over new limits; what was counted stays, and so do the blocks unless their own settings
    /// changed. @return as make(), with nothing changed.
    [[nodiscard]] Status reload(const Settings& settings, security::RandomSource& random);

    /// client.blocked while the address is shut out.
    [[nodiscard]] RateVerdict check_block(const security::IpAddress& client,
                                          security::MonotonicNanoseconds now) const;
    [[nodiscard]] RateVerdict count(const Counted& request, security::MonotonicNanoseconds now);
    /// Have async_count() count in `store`, which is borrowed; null: here.
    /// @param fail_closed  refuse with store.unavailable while the store is; otherwise such
    /// requests
    ///                     are counted here.
    void count_in(redis::RateStore* store, bool fail_closed) noexcept {
        store_ = store;
        fail_closed_ = fail_closed;
    }
    /// Requests that were counted here because the store was unavailable.
    [[nodiscard]] std::uint64_t counted_alone() const noexcept { return counted_alone_; }
    /// The same where the counts may lie elsewhere. `done` is called from within the call or later.
    void async_count(const Counted& request, security::MonotonicNanoseconds now,
                     std::move_only_function<void(RateVerdict)> done);
    /// A credential was refused. @return nanoseconds of the block that this begins; 0: none.
    std::int64_t note_failure(const security::IpAddress& client,
                              security::MonotonicNanoseconds now);
    /// A request was beyond a limit. @return as note_failure().
    std::int64_t note_breach(const security::IpAddress& client, security::MonotonicNanoseconds now);
    /// A credential was accepted.
    void note_success(const security::IpAddress& client);

private:
    struct Quotas {
        std::optional<security::RateQuota> ip, key, enhance;
        /// Never null. Shared with checks that wait for an answer while settings change.
        std::shared_ptr<const std::vector<RouteLimit>> routes;
        security::RateLimitHeaders form = security::RateLimitHeaders::draft_10;
    };
    [[nodiscard]] static Result<Quotas> quotas_of(const Settings& settings);

    /// What a request is held to. @param address  of the client. Views into it, the request and the
    ///     quotas.
    [[nodiscard]] std::vector<security::RateCheck> checks_of(const Counted& request,
                                                             std::string_view address) const;
    [[nodiscard]] RateVerdict verdict_of(std::span<const security::RateCheck> checks,
                                         std::span<const security::RateDecision> decisions) const;

    /// Who is blocked for one kind of misbehaviour.
    struct Blocking {
        security::BlockList list;
        bool enabled = true;
    };
    RateGate(Quotas quotas, security::RateLimiter limiter, Blocking failures, Blocking breaches)
        : quotas_(std::move(quotas)),
          limiter_(std::move(limiter)),
          failures_(std::move(failures)),
          breaches_(std::move(breaches)) {}

    Quotas quotas_;
    security::RateLimiter limiter_;
    Blocking failures_;
    Blocking breaches_;
    std::string block_settings_;
    redis::RateStore* store_ = nullptr;
    bool fail_closed_ = true;
    std::uint64_t counted_alone_ = 0;
};

}  // namespace limpid::service
