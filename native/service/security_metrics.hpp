#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "service/lockdown.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

/// What is known elsewhere at the moment of a scrape.
struct SecurityGauges {
    LockdownMode lockdown = LockdownMode::off;
    bool audit_failing = false;
    std::uint64_t audit_records = 0;
    std::uint64_t audit_failures = 0;
    bool keeper_up = true;
    std::uint64_t keeper_deaths = 0;
    worker::Stats workers;
};

/// What somebody should be alarmed about, for Prometheus; deploy/alerts has a rule for each. Not
/// thread-safe.
class SecurityMetrics {
public:
    /// A credential was refused. @param reason  the stable code of the error.
    void count_refused_credential(std::string_view reason) { ++refused_[std::string(reason)]; }
    /// An address was blocked; a request came from one that is; a request was beyond a limit; an
    /// address that may not connect did.
    void count_block() noexcept { ++blocks_; }
    void count_blocked_request() noexcept { ++blocked_requests_; }
    void count_breach() noexcept { ++breaches_; }
    void count_refused_connection() noexcept { ++refused_connections_; }
    /// The settings were read again and refused.
    void count_refused_settings() noexcept { ++refused_settings_; }

    /// Text exposition format 0.0.4.
    [[nodiscard]] std::string text(const SecurityGauges& gauges) const;

private:
    std::map<std::string, std::uint64_t, std::less<>> refused_;
    std::uint64_t blocks_ = 0;
    std::uint64_t blocked_requests_ = 0;
    std::uint64_t breaches_ = 0;
    std::uint64_t refused_connections_ = 0;
    std::uint64_t refused_settings_ = 0;
};

}  // namespace limpid::service
