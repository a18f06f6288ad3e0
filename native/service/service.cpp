#include "service/service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "keeper/running.hpp"
#include "limpid/version.hpp"
#include "platform/clock.hpp"
#include "service/identity/identity.hpp"
#include "service/jobs/jobs.hpp"
#include "service/json_request.hpp"
#include "service/keeper_setup.hpp"
#include "service/openapi.hpp"
#include "service/outbound/outbound.hpp"
#include "service/problem_response.hpp"
#include "service/redis/shared_store.hpp"
#include "service/security_txt.hpp"

namespace limpid::service {
namespace {

/// What logs hold of a path. A signed one names a picture, and is all that it takes to see it; also
/// where no route was looked for, as of a client that is blocked.
std::string_view path_on_record(const RequestHead& head) {
    return head.path.starts_with("/i/") ? "/i/{rest}" : std::string_view(head.path);
}

/// What probes are told.
Response status_response(std::string_view status) {
    return json_response(R"({"status":")" + std::string(status) +
                         R"(","version":")" LIMPID_VERSION_STRING R"("})");
}

}  // namespace

Service::Service(Settings settings, World world, Log log, Authenticator authenticator,
                 RateGate gate, Policies policies, LicenseGate license)
    : settings_(std::move(settings)),
      world_(world),
      log_(std::move(log)),
      authenticator_(std::move(authenticator)),
      gate_(std::move(gate)),
      policies_(std::move(policies)),
      bodies_(settings_.max_body_memory_bytes),
      lockdown_(settings_.lockdown_file),
      license_(std::move(license)) {}

Result<std::unique_ptr<Service>> Service::make(Settings settings, World world, Log log) {
    const keeper::Hello* const kept = world.keeper == nullptr ? nullptr : &world.keeper->facts();
    auto authenticator = Authenticator::make(settings, world.keeper, kept);
    if (!authenticator) return std::unexpected(std::move(authenticator).error());
    auto license = LicenseGate::make(settings, kept);
    if (!license) return std::unexpected(std::move(license).error());
    auto gate = RateGate::make(settings, world.random);
    if (!gate) return std::unexpected(std::move(gate).error());
    auto policies = policies_of(settings);
    if (!policies) return std::unexpected(std::move(policies).error());
    return std::unique_ptr<Service>(new Service(std::move(settings), world, std::move(log),
                                                *std::move(authenticator), *std::move(gate),
                                                *std::move(policies), *std::move(license)));
}

Status Service::reload(Settings next) {
    // The authenticator that is made anew knows no earlier keys.
    note_key_changes();
    next = reloaded(settings_, std::move(next));
    // Secrets are read anew by another keeper; the one there is stays until all is well.
    std::unique_ptr<keeper::Client::Candidate> candidate;
    if (world_.keeper != nullptr) {
        auto prepared = world_.keeper->prepare(keeper_setup(next, world_.keeper->instance()));
        if (!prepared) return std::unexpected(std::move(prepared).error());
        candidate = *std::move(prepared);
    }
    const keeper::Hello* const kept = candidate ? &candidate->hello : nullptr;
    auto authenticator = Authenticator::make(next, world_.keeper, kept);
    if (!authenticator) return std::unexpected(std::move(authenticator).error());
    auto license = LicenseGate::make(next, kept);
    if (!license) return std::unexpected(std::move(license).error());
    if (authenticator_.required() && !authenticator->required()) {
        return fail(ErrorCode::service_exposed, "the new settings name no keys");
    }
    auto policies = policies_of(next);
    if (!policies) return std::unexpected(std::move(policies).error());
    if (Status status = gate_.reload(next, world_.random); !status) return status;
    if (candidate) world_.keeper->adopt(std::move(candidate));
    authenticator_ = *std::move(authenticator);
    attach_identity(users_.identity());
    license_ = *std::move(license);
    attach_outbound(outbound_);
    policies_ = *std::move(policies);
    auditor_.note(
        {.name = "settings.reloaded", .details = {{"changed", changed_settings(settings_, next)}}});
    settings_ = std::move(next);
    bodies_.set_max(settings_.max_body_memory_bytes);
    note_keeper();
    if (jobs_.jobs() != nullptr) jobs_.jobs()->configure(settings_);
    return {};
}

std::uint64_t Service::body_limit(const Exchange& exchange) const noexcept {
    switch (exchange.route->body) {
        case Body::none:
            return 0;
        case Body::json:
            return settings_.max_json_bytes;
        case Body::image:
            break;
    }
    return settings_.max_body_bytes;
}

Error Service::body_too_large(const Exchange& exchange) const {
    const std::uint64_t limit = body_limit(exchange);
    if (exchange.route->body == Body::json) return json_too_large(limit);
    return Error(ErrorCode::upload_too_large, "max_body_bytes is " + std::to_string(limit));
}

void Service::attach_identity(identity::Identity* identity) noexcept {
    users_.attach(identity);
    authenticator_.ask_sessions(identity);
}

Limits Service::limits_for(const Exchange& exchange) const {
    Limits limits;
    limits.max_file_bytes = settings_.max_body_bytes;
    const std::uint64_t max_pixels = exchange.principal.grant.max_pixels;
    if (max_pixels != 0) limits.max_pixels = std::min(limits.max_pixels, max_pixels);
    return limits;
}

void Service::run(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    exchange->route->handler(*this, exchange, std::move(answer));
}

Response Service::refuse(Exchange& exchange, const Error& error) {
    const ErrorInfo& info = describe(error.id());
    exchange.error_code = info.code;
    // What clients do wrong is in the access log; the rest is for the operator.
    if (info.http_status >= 500 || info.visibility == ErrorVisibility::operator_only) {
        log_.error(error, exchange.trace.request_id);
    }
    Response response = problem_response(error, exchange.trace.request_id);
    response.close = exchange.head.has_body() && exchange.body.empty();
    return response;
}

Response Service::finish(Exchange& exchange, Response response) {
    std::vector<HeaderField> fields = policies_.headers.fields(exchange.head.encrypted);
    // What a handler says of its own response counts instead.
    std::erase_if(fields, [&](const HeaderField& field) {
        return std::ranges::find(response.fields, field.name, &HeaderField::name) !=
               response.fields.end();
    });
    fields.push_back({"X-Request-Id", exchange.trace.request_id});
    fields.push_back({"traceparent", exchange.trace.traceparent()});
    if (settings_.demo) fields.push_back({"X-Limpid-Demo", "1"});
    if (exchange.route != nullptr && exchange.route->access == Access::scoped) {
        const std::string grace = license_.header();
        if (!grace.empty()) fields.push_back({"Limpid-License", grace});
    }
    std::ranges::copy(exchange.fields, std::back_inserter(fields));
    std::ranges::move(response.fields, std::back_inserter(fields));
    response.fields = std::move(fields);
    response.close = response.close || stopping_;
    log_exchange(exchange, response.status, response.body().size());
    return response;
}

void Service::let_go(Response& response) {
    // 20 MB that a worker shared take 4 ms to give back.
    auto owner = std::make_shared<std::shared_ptr<const void>>(std::move(response.owner));
    work_.beside(response.bytes.size(), [owner] { owner->reset(); }, [] {});
}

void Service::abandon(Exchange& exchange) {
    exchange.abandoned = true;
    if (work_.pool() != nullptr && exchange.job != 0) work_.pool()->cancel(exchange.job);
    sources_.leave(exchange);
    const ErrorInfo& info = describe(ErrorCode::run_cancelled);
    exchange.error_code = info.code;
    log_exchange(exchange, info.http_status, 0);
}

void Service::log_exchange(const Exchange& exchange, int status, std::uint64_t bytes_out) {
    const auto duration = std::chrono::steady_clock::now() - exchange.start;
    metrics_.end_request();
    metrics_.count_request(exchange.route == nullptr ? "none" : exchange.route->path, status,
                           std::chrono::duration<double>(duration).count(), exchange.body.size(),
                           bytes_out);
    if (!exchange.error_code.empty()) metrics_.count_error(exchange.error_code);
    if (error_spike_.count(status, exchange.start + duration)) {
        auditor_.note({.name = "errors.spike",
                       .details = {{"count", std::to_string(ErrorSpike::kErrors)},
                                   {"last", std::string(exchange.error_code)}}});
    }
    if (!settings_.access_log) return;
    log_.access(
        {.head = exchange.head,
         .trace = exchange.trace,
         .client = exchange.client,
         .path = path_on_record(exchange.head),
         .principal = exchange.principal.id,
         .status = status,
         .error_code = exchange.error_code,
         .bytes_in = exchange.body.size(),
         .bytes_out = bytes_out,
         .duration_us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count()});
}

void Service::openapi(const std::shared_ptr<Exchange>&, Answer answer) {
    // The same for as long as the program runs.
    static const std::string kDocument = openapi_json();
    answer(json_response(kDocument));
}

void Service::live(const std::shared_ptr<Exchange>&, Answer answer) {
    answer(status_response("ok"));
}

void Service::ready(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (stopping_ || work_.pool() == nullptr) {
        return answer(refuse(*exchange, Error(ErrorCode::service_stopping)));
    }
    if (work_.pool()->stats().alive == 0) {
        return answer(refuse(*exchange, Error(ErrorCode::worker_unavailable)));
    }
    const LockdownMode mode = lockdown_.state().mode;
    if (mode == LockdownMode::deny) {
        return answer(refuse(*exchange, Error(ErrorCode::service_lockdown)));
    }
    if (world_.keeper != nullptr && !world_.keeper->available()) {
        return answer(refuse(*exchange, Error(ErrorCode::keeper_unavailable)));
    }
    if (Status status = license_.check_use();
        !status && status.error().id() == ErrorCode::license_too_many_instances) {
        return answer(refuse(*exchange, status.error()));
    }
    if (auditor_.failing() && settings_.audit_required) {
        return answer(refuse(*exchange, Error(ErrorCode::audit_unavailable)));
    }
    if (const jobs::Jobs* const jobs = jobs_.jobs(); jobs != nullptr && jobs->trouble()) {
        return answer(refuse(*exchange, *jobs->trouble()));
    }
    if (fails_closed()) return answer(refuse(*exchange, Error(ErrorCode::store_unavailable)));
    if (outbound_ != nullptr && outbound_->trouble()) {
        return answer(refuse(*exchange, *outbound_->trouble()));
    }
    if (mode == LockdownMode::read_only) return answer(status_response(to_string(mode)));
    const bool degraded = auditor_.failing() || (shared_ != nullptr && shared_->trouble());
    answer(status_response(degraded ? "degraded" : "ok"));
}

void Service::metrics(const std::shared_ptr<Exchange>&, Answer answer) {
    const worker::Stats stats = work_.pool() == nullptr ? worker::Stats() : work_.pool()->stats();
    const jobs::Jobs* const jobs = jobs_.jobs();
    Response response;
    response.fields = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    response.text =
        metrics_.text({.connections = connections_(),
                       .workers = stats.alive,
                       .workers_busy = stats.busy,
                       .queue_depth = stats.queued,
                       .body_bytes = bodies_.held_bytes(),
                       .worker_deaths = stats.died,
                       .jobs_turned_away = stats.turned_away,
                       .jobs_timed_out = stats.timed_out,
                       .jobs = jobs == nullptr ? std::nullopt : std::optional(jobs->gauges())}) +
        security_metrics_.text(
            {.lockdown = lockdown_.state().mode,
             .audit_failing = auditor_.failing(),
             .audit_records = auditor_.records(),
             .audit_failures = auditor_.failures(),
             .keeper_up = world_.keeper == nullptr || world_.keeper->available(),
             .keeper_deaths = world_.keeper == nullptr ? 0 : world_.keeper->deaths(),
             .workers = stats}) +
        rpc_.text() + shared_metrics() + outbound_metrics();
    answer(std::move(response));
}

void Service::security_txt(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (settings_.security_contact.empty()) {
        return answer(refuse(*exchange, Error(ErrorCode::http_not_found)));
    }
    Response response;
    response.fields = {{"Content-Type", "text/plain; charset=utf-8"}};
    response.text = service::security_txt(settings_.security_contact, platform::wall_clock());
    answer(std::move(response));
}

}  // namespace limpid::service
