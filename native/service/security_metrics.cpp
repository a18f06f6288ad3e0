#include "service/security_metrics.hpp"

#include <array>
#include <utility>

#include "service/prometheus_text.hpp"

namespace limpid::service {
namespace {

double amount(std::uint64_t count) { return static_cast<double>(count); }

/// 0, 1 and 2, so that a rule can ask for "at least".
double degree(LockdownMode mode) { return static_cast<double>(static_cast<int>(mode)); }

void worker_deaths(std::string& out, const worker::Stats& stats) {
    prometheus::head(out, "worker_deaths_by_cause_total", "counter",
                     "Workers that ended unasked, by what ended them.");
    const std::array causes = {std::pair("forbidden_call", stats.forbidden_calls),
                               std::pair("memory", stats.out_of_memory),
                               std::pair("signal", stats.killed),
                               std::pair("misbehaviour", stats.misbehaved)};
    for (const auto& [cause, count] : causes) {
        prometheus::sample(out, "worker_deaths_by_cause_total", prometheus::label("cause", cause),
                           amount(count));
    }
}

}  // namespace

std::string SecurityMetrics::text(const SecurityGauges& gauges) const {
    std::string out;
    prometheus::head(out, "auth_failures_total", "counter",
                     "Credentials that were refused or missing, by the code of the error.");
    for (const auto& [reason, count] : refused_) {
        prometheus::sample(out, "auth_failures_total", prometheus::label("reason", reason),
                           amount(count));
    }
    prometheus::single(out, "blocks_total", "counter", "Addresses that were blocked.",
                       amount(blocks_));
    prometheus::single(out, "blocked_requests_total", "counter",
                       "Requests from addresses that are blocked.", amount(blocked_requests_));
    prometheus::single(out, "rate_refusals_total", "counter", "Requests beyond a limit.",
                       amount(breaches_));
    prometheus::single(out, "connections_refused_total", "counter",
                       "Connections from outside of network_allow.", amount(refused_connections_));
    prometheus::single(out, "settings_refused_total", "counter",
                       "Settings that were read again and refused.", amount(refused_settings_));
    prometheus::single(out, "lockdown", "gauge", "0: off; 1: read-only; 2: deny.",
                       degree(gauges.lockdown));
    prometheus::single(out, "audit_failing", "gauge", "1 while records cannot be written.",
                       gauges.audit_failing ? 1 : 0);
    prometheus::single(out, "audit_records_total", "counter", "Records written to the audit log.",
                       amount(gauges.audit_records));
    prometheus::single(out, "audit_failures_total", "counter",
                       "Times that writing records began to fail.", amount(gauges.audit_failures));
    prometheus::single(out, "keeper_up", "gauge", "1 while the keeper answers, or none is needed.",
                       gauges.keeper_up ? 1 : 0);
    prometheus::single(out, "keeper_deaths_total", "counter", "Keepers that ended unasked.",
                       amount(gauges.keeper_deaths));
    worker_deaths(out, gauges.workers);
    return out;
}

}  // namespace limpid::service
