#include "service/service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "limpid/digest.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/version.hpp"
#include "platform/clock.hpp"
#include "service/accept.hpp"
#include "service/enhance_request.hpp"
#include "service/jobs/jobs.hpp"
#include "service/openapi.hpp"
#include "service/problem_response.hpp"
#include "service/security_txt.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

/// RFC 9530
std::string digest_field(const Sha256& digest) {
    return "sha-256=:" +
           security::encode_base64(std::as_bytes(std::span(digest)), security::Base64::standard) +
           ":";
}

/// What probes are told.
Response status_response(std::string_view status) {
    return json_response(R"({"status":")" + std::string(status) +
                         R"(","version":")" LIMPID_VERSION_STRING R"("})");
}

Response image_response(worker::Done done, std::string tag) {
    Response response;
    const auto owner = std::make_shared<worker::Mapping>(std::move(done.output));
    response.bytes = owner->bytes();
    response.owner = owner;
    const FileFormat format = done.output_format.value_or(FileFormat::jpeg);
    response.fields = {{"Content-Type", std::string(media_type_of(format))},
                       {"ETag", std::move(tag)},
                       {"Vary", "Accept"},
                       {"Cache-Control", "private, no-cache"}};
    return response;
}

}  // namespace

Service::Service(Settings settings, World world, Log log, Authenticator authenticator,
                 RateGate gate, Policies policies)
    : settings_(std::move(settings)),
      world_(world),
      log_(std::move(log)),
      authenticator_(std::move(authenticator)),
      gate_(std::move(gate)),
      policies_(std::move(policies)),
      bodies_(settings_.max_body_memory_bytes),
      lockdown_(settings_.lockdown_file) {}

Result<std::unique_ptr<Service>> Service::make(Settings settings, World world, Log log) {
    auto authenticator = Authenticator::make(settings, world.jwt_secret, world.secrets);
    if (!authenticator) return std::unexpected(std::move(authenticator).error());
    auto gate = RateGate::make(settings, world.random);
    if (!gate) return std::unexpected(std::move(gate).error());
    auto policies = policies_of(settings);
    if (!policies) return std::unexpected(std::move(policies).error());
    return std::unique_ptr<Service>(new Service(std::move(settings), world, std::move(log),
                                                *std::move(authenticator), *std::move(gate),
                                                *std::move(policies)));
}

Status Service::reload(Settings next) {
    // The authenticator that is made anew knows no earlier keys.
    note_key_changes();
    next = reloaded(settings_, std::move(next));
    auto authenticator = Authenticator::make(next, world_.jwt_secret, world_.secrets);
    if (!authenticator) return std::unexpected(std::move(authenticator).error());
    if (authenticator_.required() && !authenticator->required()) {
        return fail(ErrorCode::service_exposed, "the new settings name no keys");
    }
    auto policies = policies_of(next);
    if (!policies) return std::unexpected(std::move(policies).error());
    if (Status status = gate_.reload(next, world_.random); !status) return status;
    authenticator_ = *std::move(authenticator);
    policies_ = *std::move(policies);
    auditor_.note(
        {.name = "settings.reloaded", .details = {{"changed", changed_settings(settings_, next)}}});
    settings_ = std::move(next);
    bodies_.set_max(settings_.max_body_memory_bytes);
    if (jobs_ != nullptr) jobs_->configure(settings_);
    return {};
}

std::optional<Response> Service::begin(Exchange& exchange, Surface surface) {
    exchange.trace = make_trace_context(exchange.head.field("traceparent"), world_.random);
    exchange.client = exchange.head.peer;
    metrics_.begin_request();
    if (Status status = find_client(exchange); !status) return refuse(exchange, status.error());
    if (policies_.cors) {
        exchange.fields = policies_.cors->response_headers(exchange.head.field("Origin"));
    }
    // Prometheus, on this machine, must see a block of this machine's address.
    RateVerdict block = surface == Surface::metrics
                            ? RateVerdict()
                            : gate_.check_block(exchange.client, platform::monotonic_now());
    if (block.refusal) {
        security_metrics_.count_blocked_request();
        std::ranges::move(block.fields, std::back_inserter(exchange.fields));
        return refuse(exchange, *block.refusal);
    }
    if (auto response = answer_preflight(exchange, surface)) return response;
    if (Status status = find_route_of(exchange, surface); !status) {
        return refuse(exchange, status.error());
    }
    if (Status status = check_lockdown(exchange); !status) return refuse(exchange, status.error());
    // Who cannot authenticate is counted as well, so that guessing is held to the limits.
    const Status authorised = authorise(exchange);
    if (const auto refusal = check_rate(exchange)) {
        note_breach(exchange);
        return refuse(exchange, *refusal);
    }
    if (Status status = check_audit(exchange); !status) return refuse(exchange, status.error());
    if (!authorised) return refuse(exchange, authorised.error());
    if (exchange.route->body == Body::none && exchange.head.has_body()) {
        return refuse(exchange, Error(ErrorCode::http_malformed, "this path takes no body"));
    }
    if (exchange.route->body == Body::image) {
        const Status status = check_upload_head(exchange.head, settings_.max_body_bytes);
        if (!status) return refuse(exchange, status.error());
    }
    if (Status status = reserve_body(exchange); !status) return refuse(exchange, status.error());
    return std::nullopt;
}

Status Service::find_client(Exchange& exchange) const {
    const auto forwarded_for = exchange.head.field("X-Forwarded-For");
    const auto proto = exchange.head.field("X-Forwarded-Proto");
    const auto host = exchange.head.field("X-Forwarded-Host");
    const auto found = security::resolve_client(
        exchange.head.peer,
        {.forwarded_for = forwarded_for, .forwarded_proto = proto, .forwarded_host = host},
        policies_.proxies);
    if (!found) return std::unexpected(found.error());
    exchange.client = found->client;
    if (found->scheme == "https") exchange.head.encrypted = true;
    return {};
}

std::optional<Response> Service::answer_preflight(Exchange& exchange, Surface surface) const {
    if (!policies_.cors || exchange.head.method != "OPTIONS" ||
        !exchange.head.field("Access-Control-Request-Method") ||
        allowed_methods(surface, exchange.head.path).empty()) {
        return std::nullopt;
    }
    Response response;
    response.status = 204;
    exchange.fields.clear();
    response.fields = policies_.cors->preflight_headers(exchange.head.field("Origin"));
    return response;
}

Status Service::find_route_of(Exchange& exchange, Surface surface) const {
    const RequestHead& head = exchange.head;
    exchange.route = find_route(surface, head.method, head.path);
    if (exchange.route != nullptr) {
        exchange.path_id = path_id(*exchange.route, head.path);
        return {};
    }
    const std::string methods = allowed_methods(surface, head.path);
    if (methods.empty()) return fail(ErrorCode::http_not_found);
    exchange.fields.push_back({"Allow", methods});
    return fail(ErrorCode::http_method_not_allowed);
}

Status Service::authorise(Exchange& exchange) {
    if (exchange.route->access == Access::everybody) return {};
    auto principal = authenticator_.authenticate(exchange.head, platform::wall_clock());
    if (!principal) {
        note_refused_credential(exchange, principal.error());
        return std::unexpected(std::move(principal).error());
    }
    if (!principal->id.empty()) gate_.note_success(exchange.client);
    exchange.principal = *std::move(principal);
    Status permitted = security::authorise_api_key(
        exchange.principal.grant, {.scope = exchange.route->scope, .path = exchange.head.path});
    note_accepted_credential(exchange, permitted);
    return permitted;
}

std::optional<Error> Service::check_rate(Exchange& exchange) {
    RateVerdict verdict = gate_.count(exchange.route->rate_class, exchange.client,
                                      exchange.principal.id, platform::monotonic_now());
    std::ranges::move(verdict.fields, std::back_inserter(exchange.fields));
    return verdict.refusal;
}

Status Service::reserve_body(Exchange& exchange) {
    exchange.body_share = MemoryBudget::Share(bodies_);
    // Chunks are counted as they come.
    if (exchange.body_share.grow_to(exchange.head.content_length().value_or(0))) return {};
    return fail(ErrorCode::service_overloaded);
}

std::uint64_t Service::body_limit(const Exchange& exchange) const noexcept {
    return exchange.route->body == Body::none ? 0 : settings_.max_body_bytes;
}

void Service::run(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    (this->*exchange->route->handler)(exchange, std::move(answer));
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
    fields.push_back({"X-Request-Id", exchange.trace.request_id});
    fields.push_back({"traceparent", exchange.trace.traceparent()});
    std::ranges::copy(exchange.fields, std::back_inserter(fields));
    std::ranges::move(response.fields, std::back_inserter(fields));
    response.fields = std::move(fields);
    response.close = response.close || stopping_;
    log_exchange(exchange, response.status, response.body().size());
    return response;
}

void Service::abandon(Exchange& exchange) {
    if (pool_ != nullptr && exchange.job != 0) pool_->cancel(exchange.job);
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
    if (!settings_.access_log) return;
    log_.access(
        {.head = exchange.head,
         .trace = exchange.trace,
         .client = exchange.client,
         .principal = exchange.principal.id,
         .status = status,
         .error_code = exchange.error_code,
         .bytes_in = exchange.body.size(),
         .bytes_out = bytes_out,
         .duration_us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count()});
}

Limits Service::limits_for(const Exchange& exchange) const {
    Limits limits;
    limits.max_file_bytes = settings_.max_body_bytes;
    const std::uint64_t max_pixels = exchange.principal.grant.max_pixels;
    if (max_pixels != 0) limits.max_pixels = std::min(limits.max_pixels, max_pixels);
    return limits;
}

void Service::hash(std::span<const std::byte> bytes, Hasher::Handler handler) {
    if (hasher_ == nullptr || bytes.size() <= kHashedInPlaceBytes) return handler(sha256(bytes));
    hasher_->async_sha256(bytes, std::move(handler));
}

void Service::submit(const std::shared_ptr<Exchange>& exchange, worker::Job job, Answer answer,
                     std::move_only_function<void(worker::Done, Answer)> respond) {
    if (pool_ == nullptr) {
        answer(refuse(*exchange, Error(ErrorCode::service_stopping)));
        return;
    }
    job.options.limits = limits_for(*exchange);
    job.deadline = std::chrono::seconds(settings_.job_timeout_s);
    exchange->job =
        pool_->async_run(job, [this, exchange, answer = std::move(answer),
                               respond = std::move(respond)](Result<worker::Done> done) mutable {
            if (!done) return answer(refuse(*exchange, done.error()));
            respond(*std::move(done), std::move(answer));
        });
}

void Service::enhance(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    const auto upload =
        read_upload(exchange->head, exchange->body_bytes(), settings_.max_body_bytes);
    if (!upload) return answer(refuse(*exchange, upload.error()));
    const auto request = read_enhance_request(*upload, exchange->head.field("Accept"));
    if (!request) return answer(refuse(*exchange, request.error()));
    // Under overload the digest costs more than all the rest of a refusal. Who may have the answer
    // already gets it before that.
    if (!exchange->head.field("If-None-Match") && pool_ != nullptr && pool_->turn_away_if_full()) {
        return answer(refuse(*exchange, Error(ErrorCode::service_busy)));
    }
    // The image lies in the exchange's body.
    hash(upload->image, [this, exchange, image = upload->image, request = *request,
                         answer = std::move(answer)](const Sha256& input) mutable {
        enhance_tagged(exchange, image, request, entity_tag(input, request), std::move(answer));
    });
}

void Service::enhance_tagged(const std::shared_ptr<Exchange>& exchange,
                             std::span<const std::byte> image, const EnhanceRequest& request,
                             std::string tag, Answer answer) {
    if (matches_tag(exchange->head.field("If-None-Match").value_or(""), tag)) {
        Response response;
        response.status = 304;
        response.fields = {{"ETag", tag}, {"Vary", "Accept"}};
        return answer(std::move(response));
    }
    worker::Job job;
    job.task = worker::Task::enhance;
    job.input = image;
    job.recipe_json = request.recipe_json;
    job.options = request.options;
    submit(exchange, std::move(job), std::move(answer),
           [this, tag = std::move(tag)](worker::Done done, Answer then) mutable {
               answer_image(std::move(done), std::move(tag), std::move(then));
           });
}

void Service::answer_image(worker::Done done, std::string tag, Answer answer) {
    Response response = image_response(std::move(done), std::move(tag));
    const std::span<const std::byte> bytes = response.bytes;
    hash(bytes, [response = std::move(response),
                 answer = std::move(answer)](const Sha256& digest) mutable {
        response.fields.push_back({"Repr-Digest", digest_field(digest)});
        answer(std::move(response));
    });
}

void Service::describe_image(const std::shared_ptr<Exchange>& exchange, worker::Task task,
                             Answer answer) {
    const auto upload =
        read_upload(exchange->head, exchange->body_bytes(), settings_.max_body_bytes);
    if (!upload) return answer(refuse(*exchange, upload.error()));
    if (!upload->parameters.empty()) {
        return answer(
            refuse(*exchange, Error(ErrorCode::argument_invalid, "this path takes no parameters")));
    }
    worker::Job job;
    job.task = task;
    job.input = upload->image;
    submit(exchange, std::move(job), std::move(answer), [](worker::Done done, Answer then) {
        then(json_response(std::move(done.report_json)));
    });
}

void Service::analyse(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::analyse, std::move(answer));
}

void Service::inspect(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::inspect, std::move(answer));
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
    if (stopping_ || pool_ == nullptr) {
        return answer(refuse(*exchange, Error(ErrorCode::service_stopping)));
    }
    if (pool_->stats().alive == 0) {
        return answer(refuse(*exchange, Error(ErrorCode::worker_unavailable)));
    }
    const LockdownMode mode = lockdown_.state().mode;
    if (mode == LockdownMode::deny) {
        return answer(refuse(*exchange, Error(ErrorCode::service_lockdown)));
    }
    if (auditor_.failing() && settings_.audit_required) {
        return answer(refuse(*exchange, Error(ErrorCode::audit_unavailable)));
    }
    if (jobs_ != nullptr && jobs_->trouble()) {
        return answer(refuse(*exchange, *jobs_->trouble()));
    }
    if (mode == LockdownMode::read_only) return answer(status_response(to_string(mode)));
    answer(status_response(auditor_.failing() ? "degraded" : "ok"));
}

void Service::metrics(const std::shared_ptr<Exchange>&, Answer answer) {
    const worker::Stats stats = pool_ == nullptr ? worker::Stats() : pool_->stats();
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
                       .jobs = jobs_ == nullptr ? std::nullopt : std::optional(jobs_->gauges())}) +
        security_metrics_.text({.lockdown = lockdown_.state().mode,
                                .audit_failing = auditor_.failing(),
                                .audit_records = auditor_.records(),
                                .audit_failures = auditor_.failures(),
                                .workers = stats});
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
