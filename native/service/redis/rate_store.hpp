#pragma once

#include <functional>
#include <span>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/rate_limit.hpp"

namespace limpid::service::redis {

/// Where requests are counted for several services together. Not thread-safe.
class RateStore {
public:
    RateStore() = default;
    virtual ~RateStore() = default;
    RateStore(const RateStore&) = delete;
    RateStore& operator=(const RateStore&) = delete;

    /// One decision for each check, in order: the request goes on when all are allowed.
    using Decided =
        std::move_only_function<void(const Result<std::vector<security::RateDecision>>&)>;

    /// As security::RateLimiter::allow_all(): counted by every limit or by none. `decided` is
    /// called from within the call or later, on the thread that called. @return through it:
    /// store.unavailable.
    virtual void async_allow_all(std::span<const security::RateCheck> checks, Decided decided) = 0;
};

}  // namespace limpid::service::redis
