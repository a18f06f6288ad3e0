// Of Service: what concerns security beside a single request, and what is put on record.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "limpid/version.hpp"
#include "platform/clock.hpp"
#include "service/jobs/jobs.hpp"
#include "service/service.hpp"

namespace limpid::service {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
// A keeper that ended is there again by then; one that hangs is not waited for.
constexpr std::chrono::milliseconds kLastRecords{5'000};
// Records of one kind that one client may cause in a minute.
constexpr std::uint32_t kFailuresOnRecord = 10;
constexpr std::uint32_t kFirstOnRecord = 1;

audit::Event event_of(std::string_view name, const Exchange& exchange,
                      audit::Details details = {}) {
    return {.name = std::string(name),
            .principal = exchange.principal.id,
            .client = to_string(exchange.client),
            .request_id = exchange.trace.request_id,
            .details = std::move(details)};
}

/// IPv6 clients have 64 bits of addresses each: they count as one, as for blocks.
std::string counted_as(const security::IpAddress& client) {
    if (client.is_v4()) return to_string(client);
    auto bytes = client.bytes();
    std::fill(std::next(bytes.begin(), 8), bytes.end(), std::uint8_t{0});
    return to_string(security::IpAddress::v6(bytes));
}

/// What may be called while the service is read-only: what neither makes nor changes anything, and
/// the login that is needed for it.
bool only_reads(const Route& route) {
    return (route.scope.ends_with(":read") && route.body != Body::json) ||
           (route.path == "/v1/session" && route.access == Access::everybody);
}

/// What is for everybody and brings nothing: it is answered whatever happens.
bool is_probe(const Route& route) {
    return route.access == Access::everybody && route.body == Body::none;
}

/// Sessions and their tokens are not guessed: a browser that does not know yet that its session has
/// ended is no attack, and a page that forges requests must not have its victim blocked.
bool is_of_session(const Error& error) {
    return error.id() == ErrorCode::token_unknown ||
           error.id() == ErrorCode::session_forged_request;
}

}  // namespace

Status Service::open_audit() {
    auto auditor = Auditor::open(world_.keeper);
    if (!auditor) return std::unexpected(std::move(auditor).error());
    auditor_ = *std::move(auditor);
    note_keeper();
    note_lockdown();
    return {};
}

void Service::watch() {
    note_key_changes();
    note_lockdown();
    note_workers();
    users_.note_changes();
    note_keeper();
    auditor_.maintain();
    if (const auto error = auditor_.take_error()) log_.error(*error, {});
}

Status Service::record_start() {
    if (settings_.demo) {
        log_.event("demo", "for trying out: nothing is kept, and nobody has to authenticate");
    }
    auditor_.note({.name = "service.started",
                   .details = {{"authentication", authentication_required() ? "yes" : "no"},
                               {"lockdown", std::string(to_string(lockdown_.state().mode))},
                               {"version", LIMPID_VERSION_STRING}}});
    const auto error = auditor_.take_error();
    if (!error) return {};
    log_.error(*error, {});
    return settings_.audit_required ? std::unexpected(*error) : Status();
}

void Service::stop() {
    stopping_ = true;
    note_keeper();
    auditor_.note({.name = "service.stopping"});
    if (jobs_.jobs() != nullptr) jobs_.jobs()->stop();
}

void Service::write_last_records() {
    if (world_.keeper == nullptr) return;
    const std::size_t lost = world_.keeper->write_owed(kLastRecords);
    if (lost == 0) return note_keeper();
    log_.error(Error(ErrorCode::audit_unavailable, std::to_string(lost) + " records are lost"), {});
}

void Service::record(std::string_view event, const Exchange& exchange, audit::Details details) {
    auditor_.note(event_of(event, exchange, std::move(details)));
}

void Service::record_refused_settings(const Error& error) {
    security_metrics_.count_refused_settings();
    auditor_.note({.name = "settings.refused", .details = {{"reason", std::string(error.code())}}});
}

bool Service::admits(const security::IpAddress& peer) {
    const auto& networks = policies_.network_allow;
    if (networks.empty() || security::contains(networks, peer)) return true;
    security_metrics_.count_refused_connection();
    auditor_.sample({.name = "connection.refused", .client = to_string(peer)}, counted_as(peer),
                    kFirstOnRecord);
    return false;
}

Status Service::check_lockdown(const Exchange& exchange) const {
    const LockdownMode mode = lockdown_.state().mode;
    if (is_probe(*exchange.route) || mode == LockdownMode::off) return {};
    if (mode == LockdownMode::read_only && only_reads(*exchange.route)) return {};
    return fail(ErrorCode::service_lockdown);
}

Status Service::check_audit(const Exchange& exchange) const {
    const bool may_go_on =
        !auditor_.failing() || !settings_.audit_required || is_probe(*exchange.route);
    if (may_go_on) return {};
    return fail(auditor_.owes() ? ErrorCode::keeper_unavailable : ErrorCode::audit_unavailable);
}

void Service::note_refused_credential(const Exchange& exchange, const Error& error) {
    security_metrics_.count_refused_credential(error.code());
    // Who sends nothing is not guessing, nor is who cannot be told apart while others are away.
    if (error.id() == ErrorCode::apikey_missing || describe(error.id()).http_status >= 500) return;
    auditor_.sample(event_of("auth.failed", exchange, {{"reason", std::string(error.code())}}),
                    counted_as(exchange.client), kFailuresOnRecord);
    if (is_of_session(error)) return;
    note_block(exchange, gate_.note_failure(exchange.client, platform::monotonic_now()));
}

void Service::note_refused_login(const Exchange& exchange, const Error& error) {
    security_metrics_.count_refused_credential(error.code());
    // Without the name: people type their password there.
    auditor_.sample(event_of("login.failed", exchange, {{"reason", std::string(error.code())}}),
                    counted_as(exchange.client), kFailuresOnRecord);
    note_block(exchange, gate_.note_failure(exchange.client, platform::monotonic_now()));
}

void Service::note_accepted_credential(const Exchange& exchange, const Status& permitted) {
    if (exchange.principal.id.empty()) return;
    const std::string who = exchange.principal.id + " " + counted_as(exchange.client);
    if (permitted) {
        auditor_.sample(event_of("auth.accepted", exchange), who, kFirstOnRecord);
        return;
    }
    security_metrics_.count_refused_credential(permitted.error().code());
    auditor_.sample(
        event_of("auth.denied", exchange, {{"path", std::string(exchange.route->path)}}), who,
        kFailuresOnRecord);
}

void Service::note_breach(const Exchange& exchange) {
    security_metrics_.count_breach();
    auditor_.sample(event_of("limit.exceeded", exchange), counted_as(exchange.client),
                    kFirstOnRecord);
    note_block(exchange, gate_.note_breach(exchange.client, platform::monotonic_now()));
}

void Service::note_block(const Exchange& exchange, std::int64_t block_ns) {
    if (block_ns == 0) return;
    security_metrics_.count_block();
    record("client.blocked", exchange,
           {{"seconds", std::to_string(block_ns / kNanosecondsPerSecond)}});
}

void Service::note_key_changes() {
    const auto changes = authenticator_.refresh();
    if (!changes) {
        log_.error(changes.error(), {});
        auditor_.note({.name = "keys.unreadable",
                       .details = {{"reason", std::string(changes.error().code())}}});
        return;
    }
    for (const auto& [name, ids] : {std::pair("keys.created", &changes->created),
                                    std::pair("keys.revoked", &changes->revoked),
                                    std::pair("keys.removed", &changes->removed)}) {
        for (const std::string& id : *ids) {
            auditor_.note({.name = name, .details = {{"key_id", id}}});
        }
    }
}

void Service::note_lockdown() {
    if (!lockdown_.refresh()) return;
    const Lockdown& state = lockdown_.state();
    const std::string mode(to_string(state.mode));
    log_.event("lockdown", state.reason.empty() ? mode : mode + ": " + state.reason);
    audit::Event event{.name = state.mode == LockdownMode::off ? "lockdown.off" : "lockdown.on",
                       .details = {{"mode", mode}}};
    if (!state.reason.empty()) event.details["reason"] = state.reason;
    if (!state.since.empty()) event.details["since"] = state.since;
    auditor_.note(event);
}

void Service::note_workers() {
    if (work_.pool() == nullptr) return;
    const std::uint64_t calls = work_.pool()->stats().forbidden_calls;
    if (calls == recorded_forbidden_calls_) return;
    auditor_.note({.name = "worker.forbidden_call",
                   .details = {{"count", std::to_string(calls - recorded_forbidden_calls_)}}});
    recorded_forbidden_calls_ = calls;
}

}  // namespace limpid::service
