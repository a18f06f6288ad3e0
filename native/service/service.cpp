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
#include "service/security_headers.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

security::MonotonicNanoseconds monotonic_now() {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_start).count()};
}

/// RFC 9530
std::string digest_field(std::span<const std::byte> bytes) {
    const Sha256 digest = sha256(bytes);
    return "sha-256=:" +
           security::encode_base64(std::as_bytes(std::span(digest)), security::Base64::standard) +
           ":";
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
                       {"Cache-Control", "private, no-cache"},
                       {"Repr-Digest", digest_field(response.bytes)}};
    return response;
}

}  // namespace

Result<Service::Policies> Service::policies_of(const Settings& settings) {
    Policies policies;
    auto proxies = security::TrustedProxies::parse(settings.trust_proxy);
    if (!proxies) return std::unexpected(std::move(proxies).error());
    policies.proxies = *std::move(proxies);
    security::CorsSettings cors;
    cors.origins = split(settings.cors_origins, ',');
    if (cors.origins.empty()) return policies;
    cors.methods = {"GET", "POST", "DELETE", "OPTIONS"};
    cors.allowed_headers = {"Content-Type",    "Authorization", "x-api-key",  "If-None-Match",
                            "Idempotency-Key", "Last-Event-ID", "traceparent"};
    cors.exposed_headers = {"ETag",        "Repr-Digest", "X-Request-Id",    "Location",
                            "Retry-After", "RateLimit",   "RateLimit-Policy"};
    auto policy = security::CorsPolicy::make(cors);
    if (!policy) return std::unexpected(std::move(policy).error());
    policies.cors = *std::move(policy);
    return policies;
}

Service::Service(Settings settings, World world, Log log, Authenticator authenticator,
                 RateGate gate, Policies policies)
    : settings_(std::move(settings)),
      world_(world),
      log_(std::move(log)),
      authenticator_(std::move(authenticator)),
      gate_(std::move(gate)),
      policies_(std::move(policies)) {}

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
    settings_ = std::move(next);
    if (jobs_ != nullptr) jobs_->configure(settings_);
    return {};
}

void Service::stop() {
    stopping_ = true;
    if (jobs_ != nullptr) jobs_->stop();
}

void Service::refresh_credentials() {
    if (const Status status = authenticator_.refresh(); !status) log_.error(status.error(), {});
}

std::optional<Response> Service::begin(Exchange& exchange, Surface surface) {
    exchange.trace = make_trace_context(exchange.head.field("traceparent"), world_.random);
    exchange.client = exchange.head.peer;
    metrics_.begin_request();
    if (Status status = find_client(exchange); !status) return refuse(exchange, status.error());
    if (policies_.cors) {
        exchange.fields = policies_.cors->response_headers(exchange.head.field("Origin"));
    }
    RateVerdict block = gate_.check_block(exchange.client, monotonic_now());
    if (block.refusal) {
        std::ranges::move(block.fields, std::back_inserter(exchange.fields));
        return refuse(exchange, *block.refusal);
    }
    if (auto response = answer_preflight(exchange, surface)) return response;
    if (Status status = find_route_of(exchange, surface); !status) {
        return refuse(exchange, status.error());
    }
    // Who cannot authenticate is counted as well, so that guessing is held to the limits.
    const Status authorised = authorise(exchange);
    if (const auto refusal = check_rate(exchange)) return refuse(exchange, *refusal);
    if (!authorised) return refuse(exchange, authorised.error());
    if (exchange.route->body == Body::none && exchange.head.has_body()) {
        return refuse(exchange, Error(ErrorCode::http_malformed, "this path takes no body"));
    }
    if (exchange.route->body == Body::image) {
        const Status status = check_upload_head(exchange.head, settings_.max_body_bytes);
        if (!status) return refuse(exchange, status.error());
    }
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
        // Who sends nothing is not guessing.
        if (principal.error().id() != ErrorCode::apikey_missing) {
            gate_.note_failure(exchange.client, monotonic_now());
        }
        return std::unexpected(std::move(principal).error());
    }
    if (!principal->id.empty()) gate_.note_success(exchange.client);
    exchange.principal = *std::move(principal);
    return security::authorise_api_key(
        exchange.principal.grant, {.scope = exchange.route->scope, .path = exchange.head.path});
}

std::optional<Error> Service::check_rate(Exchange& exchange) {
    RateVerdict verdict = gate_.count(exchange.route->rate_class, exchange.client,
                                      exchange.principal.id, monotonic_now());
    std::ranges::move(verdict.fields, std::back_inserter(exchange.fields));
    return verdict.refusal;
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
    std::vector<HeaderField> fields = security_headers(exchange.head.encrypted);
    fields.push_back({"X-Request-Id", exchange.trace.request_id});
    fields.push_back({"traceparent", exchange.trace.traceparent()});
    std::ranges::copy(exchange.fields, std::back_inserter(fields));
    std::ranges::move(response.fields, std::back_inserter(fields));
    response.fields = std::move(fields);
    response.close = response.close || stopping_;

    const auto duration = std::chrono::steady_clock::now() - exchange.start;
    const std::uint64_t bytes_out = response.body().size();
    metrics_.end_request();
    metrics_.count_request(exchange.route == nullptr ? "none" : exchange.route->path,
                           response.status, std::chrono::duration<double>(duration).count(),
                           exchange.body.size(), bytes_out);
    if (!exchange.error_code.empty()) metrics_.count_error(exchange.error_code);
    if (!settings_.access_log) return response;
    log_.access(
        {.head = exchange.head,
         .trace = exchange.trace,
         .client = exchange.client,
         .principal = exchange.principal.id,
         .status = response.status,
         .error_code = exchange.error_code,
         .bytes_in = exchange.body.size(),
         .bytes_out = bytes_out,
         .duration_us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count()});
    return response;
}

Limits Service::limits_for(const Exchange& exchange) const {
    Limits limits;
    limits.max_file_bytes = settings_.max_body_bytes;
    const std::uint64_t max_pixels = exchange.principal.grant.max_pixels;
    if (max_pixels != 0) limits.max_pixels = std::min(limits.max_pixels, max_pixels);
    return limits;
}

void Service::submit(const std::shared_ptr<Exchange>& exchange, worker::Job job, Answer answer,
                     std::function<Response(worker::Done)> respond) {
    if (pool_ == nullptr) {
        answer(refuse(*exchange, Error(ErrorCode::service_stopping)));
        return;
    }
    job.options.limits = limits_for(*exchange);
    job.deadline = std::chrono::seconds(settings_.job_timeout_s);
    pool_->async_run(job, [this, exchange, answer = std::move(answer),
                           respond = std::move(respond)](Result<worker::Done> done) mutable {
        answer(done ? respond(*std::move(done)) : refuse(*exchange, done.error()));
    });
}

void Service::enhance(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    const auto upload =
        read_upload(exchange->head, exchange->body_bytes(), settings_.max_body_bytes);
    if (!upload) return answer(refuse(*exchange, upload.error()));
    const auto request = read_enhance_request(*upload, exchange->head.field("Accept"));
    if (!request) return answer(refuse(*exchange, request.error()));
    std::string tag = entity_tag(sha256(upload->image), *request);
    if (matches_tag(exchange->head.field("If-None-Match").value_or(""), tag)) {
        Response response;
        response.status = 304;
        response.fields = {{"ETag", tag}, {"Vary", "Accept"}};
        return answer(std::move(response));
    }
    worker::Job job;
    job.task = worker::Task::enhance;
    job.input = upload->image;
    job.recipe_json = request->recipe_json;
    job.options = request->options;
    submit(exchange, std::move(job), std::move(answer), [tag = std::move(tag)](worker::Done done) {
        return image_response(std::move(done), tag);
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
    submit(exchange, std::move(job), std::move(answer),
           [](worker::Done done) { return json_response(std::move(done.report_json)); });
}

void Service::analyse(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::analyse, std::move(answer));
}

void Service::inspect(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::inspect, std::move(answer));
}

void Service::openapi(const std::shared_ptr<Exchange>&, Answer answer) {
    answer(json_response(openapi_json()));
}

void Service::live(const std::shared_ptr<Exchange>&, Answer answer) {
    answer(json_response(R"({"status":"ok","version":")" LIMPID_VERSION_STRING R"("})"));
}

void Service::ready(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (stopping_ || pool_ == nullptr) {
        return answer(refuse(*exchange, Error(ErrorCode::service_stopping)));
    }
    if (pool_->stats().alive == 0) {
        return answer(refuse(*exchange, Error(ErrorCode::worker_unavailable)));
    }
    if (jobs_ != nullptr && jobs_->trouble()) {
        return answer(refuse(*exchange, *jobs_->trouble()));
    }
    live(exchange, std::move(answer));
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
                       .worker_deaths = stats.died,
                       .jobs_turned_away = stats.turned_away,
                       .jobs_timed_out = stats.timed_out,
                       .jobs = jobs_ == nullptr ? std::nullopt : std::optional(jobs_->gauges())});
    answer(std::move(response));
}

}  // namespace limpid::service
