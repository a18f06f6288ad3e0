#include "service/job_handlers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "service/enhance_request.hpp"
#include "service/jobs/job_json.hpp"
#include "service/jobs/job_request.hpp"
#include "service/jobs/jobs.hpp"
#include "service/outbound/outbound.hpp"
#include "service/problem_response.hpp"
#include "service/service.hpp"

namespace limpid::service {
namespace {

constexpr std::size_t kJobIdBytes = 16;
// How often to ask for a job that has not ended.
constexpr const char* kAskAgainAfterS = "1";

/// Nobody can guess it.
std::string new_job_id(security::RandomSource& random) {
    std::array<std::byte, kJobIdBytes> bytes{};
    random.fill(bytes);
    return security::encode_hex(bytes);
}

Response job_response(const jobs::JobRecord& job, int status) {
    Response response = json_response(jobs::job_json(job));
    response.status = status;
    if (!jobs::has_ended(job.status)) response.fields.push_back({"Retry-After", kAskAgainAfterS});
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    return response;
}

/// RFC 9530, of a digest that is known.
std::string digest_field_of(std::string_view hex) {
    const auto digest = security::decode_hex(hex);
    if (!digest) return {};
    return "sha-256=:" + security::encode_base64(digest->span(), security::Base64::standard) + ":";
}

Response output_response(jobs::Output output) {
    Response response;
    response.fields = {{"ETag", jobs::output_tag(output.job)},
                       {"Cache-Control", "private, no-cache"}};
    if (!output.bytes) {
        response.status = 304;
        return response;
    }
    response.fields.push_back({"Content-Type", output.job.output_type});
    response.fields.push_back({"Repr-Digest", digest_field_of(output.job.output)});
    const auto owner = std::make_shared<ByteBuffer>(*std::move(output.bytes));
    response.bytes = std::as_const(*owner).span();
    response.owner = owner;
    return response;
}

Response events_response(std::shared_ptr<BodyStream> stream) {
    if (!stream) return no_content();
    Response response;
    // nginx would wait until it has a buffer full.
    response.fields = {{"Content-Type", "text/event-stream"},
                       {"Cache-Control", "no-store"},
                       {"X-Accel-Buffering", "no"}};
    response.stream = std::move(stream);
    return response;
}

/// What is no number names no event.
std::int64_t last_event(const RequestHead& head) {
    const std::string text = head.field("Last-Event-ID").value_or("");
    std::int64_t id = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc() && stopped == text.data() + text.size() ? id : 0;
}

}  // namespace

Result<std::string> JobHandlers::take_webhook(ImageUpload& upload) const {
    std::string url;
    const auto found = std::ranges::find(upload.parameters, "webhook", &Parameter::name);
    if (found == upload.parameters.end()) return url;
    url = std::move(found->value);
    upload.parameters.erase(found);
    if (service_.outbound() == nullptr) return fail(ErrorCode::webhook_refused_target);
    if (Status status = service_.outbound()->check_webhook(url); !status) {
        return std::unexpected(std::move(status).error());
    }
    return url;
}

Result<jobs::JobRecord> JobHandlers::read(const Exchange& exchange, ExaminedUpload found) {
    auto webhook = take_webhook(found.upload);
    if (!webhook) return std::unexpected(std::move(webhook).error());
    // Accept speaks of the answer, which is JSON: without a wish the input's format stays.
    const auto request = read_enhance_request(found.upload, std::nullopt);
    if (!request) return std::unexpected(request.error());
    if (request->receipt) return fail(ErrorCode::argument_invalid, "receipt is for /v1/enhance");
    if (Status status = service_.check_license(*request); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (Status status = service_.license_gate().check_feature("jobs"); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto encoded = jobs::encode_job_request(*request);
    if (!encoded) return std::unexpected(std::move(encoded).error());
    auto key = jobs::parse_idempotency_key(exchange.head.field("Idempotency-Key"));
    if (!key) return std::unexpected(std::move(key).error());
    jobs::JobRecord job;
    job.id = new_job_id(service_.random());
    job.owner = exchange.principal.id;
    job.request_id = exchange.trace.request_id;
    job.idempotency_key = *std::move(key);
    job.fingerprint = jobs::job_fingerprint(found.digest, *encoded + *webhook);
    job.request = *std::move(encoded);
    job.max_pixels = exchange.principal.grant.max_pixels;
    if (!webhook->empty()) {
        job.webhook = jobs::JobWebhook{.url = *std::move(webhook), .status = {}, .attempts = 0};
    }
    return job;
}

bool JobHandlers::are_kept(Exchange& exchange, Answer& answer) {
    if (jobs_ != nullptr) return true;
    answer(service_.refuse(exchange, Error(ErrorCode::jobs_disabled)));
    return false;
}

void JobHandlers::create(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_kept(*exchange, answer)) return;
    service_.images().examine(
        exchange, true,
        [this, exchange, answer = std::move(answer)](Result<ExaminedUpload> found) mutable {
            if (!found) return answer(service_.refuse(*exchange, found.error()));
            keep(exchange, *std::move(found), std::move(answer));
        });
}

void JobHandlers::keep(const std::shared_ptr<Exchange>& exchange, ExaminedUpload found,
                       Answer answer) {
    if (!are_kept(*exchange, answer)) return;
    const std::span<const std::byte> image = found.upload.image;
    auto job = read(*exchange, std::move(found));
    if (!job) return answer(service_.refuse(*exchange, job.error()));
    jobs_->submit(
        *std::move(job), {.bytes = image, .owner = exchange},
        [this, exchange, answer = std::move(answer)](Result<jobs::Submitted> submitted) mutable {
            if (!submitted) return answer(service_.refuse(*exchange, submitted.error()));
            const jobs::JobRecord& kept = submitted->job;
            Response response = job_response(kept, jobs::has_ended(kept.status) ? 200 : 202);
            response.fields.push_back({"Location", jobs::job_path(kept)});
            answer(std::move(response));
        });
}

void JobHandlers::describe(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_kept(*exchange, answer)) return;
    jobs_->find(exchange->path_id, exchange->principal.id,
                [this, exchange, answer = std::move(answer)](Result<jobs::JobRecord> job) mutable {
                    answer(job ? job_response(*job, 200) : service_.refuse(*exchange, job.error()));
                });
}

void JobHandlers::remove(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_kept(*exchange, answer)) return;
    jobs_->remove(exchange->path_id, exchange->principal.id,
                  [this, exchange, answer = std::move(answer)](Result<jobs::Settled> job) mutable {
                      if (!job) return answer(service_.refuse(*exchange, job.error()));
                      service_.record("job.deleted", *exchange);
                      answer(no_content());
                  });
}

void JobHandlers::send_output(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_kept(*exchange, answer)) return;
    jobs_->read_output(
        exchange->path_id, exchange->principal.id,
        exchange->head.field("If-None-Match").value_or(""),
        [this, exchange, answer = std::move(answer)](Result<jobs::Output> output) mutable {
            answer(output ? output_response(*std::move(output))
                          : service_.refuse(*exchange, output.error()));
        });
}

void JobHandlers::stream_events(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_kept(*exchange, answer)) return;
    jobs_->listen(exchange->path_id, exchange->principal.id, last_event(exchange->head),
                  [this, exchange, answer = std::move(answer)](jobs::Listening listening) mutable {
                      answer(listening.error ? service_.refuse(*exchange, *listening.error)
                                             : events_response(std::move(listening.stream)));
                  });
}

}  // namespace limpid::service
