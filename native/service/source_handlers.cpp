#include "service/source_handlers.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "crypto/digest.hpp"
#include "limpid/security/path.hpp"
#include "platform/clock.hpp"
#include "service/accept.hpp"
#include "service/enhance_request.hpp"
#include "service/image_response.hpp"
#include "service/service.hpp"
#include "service/sources/sources.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kSignedPrefix = "/i";

/// Equal for requests that get the same answer. Nothing in it has a line end.
std::string flight_key(const sources::SourceRequest& request,
                       const std::optional<std::string>& accept, bool negotiated) {
    std::vector<std::string> lines = {request.source.place};
    for (const Parameter& one : request.parameters) lines.push_back(one.name + ":" + one.value);
    std::ranges::sort(lines.begin() + 1, lines.end());
    if (negotiated) lines.push_back("accept " + accept.value_or("*/*"));
    std::string key = request.source.kind == sources::SourceKind::local ? "local" : "remote";
    for (const std::string& line : lines) key.append("\n").append(line);
    return key;
}

bool chooses_format(const sources::SourceRequest& request) {
    return std::ranges::find(request.parameters, "format", &Parameter::name) !=
           request.parameters.end();
}

/// No cache may keep it beyond the moment from which it is refused.
std::int64_t max_age_of(const sources::SignedRequest& request, std::uint64_t cache_s,
                        security::UnixSeconds now) {
    const auto most = static_cast<std::int64_t>(cache_s);
    if (!request.expires_at) return most;
    return std::min(most, request.expires_at->value - now.value);
}

/// What a response says of itself to caches, with its body or without.
std::vector<HeaderField> cache_fields(const sources::Flight& flight,
                                      const sources::Waiter& waiter) {
    const std::string age = std::to_string(waiter.max_age_s);
    std::vector<HeaderField> fields = {
        {"ETag", flight.tag},
        {"Cache-Control", waiter.max_age_s > 0 ? "public, max-age=" + age : "public, no-cache"},
        // Whoever has the URL may show the picture: no cookie or credential had a part in it.
        {"Cross-Origin-Resource-Policy", "cross-origin"}};
    if (flight.negotiated) fields.push_back({"Vary", "Accept"});
    return fields;
}

bool has_already(const sources::Flight& flight, const sources::Waiter& waiter) {
    return matches_tag(waiter.exchange->head.field("If-None-Match").value_or(""), flight.tag);
}

void answer_unchanged(const sources::Flight& flight, sources::Waiter& waiter) {
    Response response;
    response.status = 304;
    response.fields = cache_fields(flight, waiter);
    waiter.answer(std::move(response));
}

std::string disposition_of(const sources::Flight& flight, FileFormat format) {
    const std::string_view ending = format == FileFormat::jpeg ? "jpg" : to_string(format);
    return security::content_disposition(security::Disposition::shown_inline,
                                         sources::name_for(flight.request.source, ending));
}

/// Look at the source's bytes as at those of an upload.
Result<ExaminedUpload> examine_picture(const sources::Picture& picture, std::uint64_t max_bytes) {
    if (picture.bytes.empty()) return fail(ErrorCode::image_empty);
    auto upload = read_image(picture.bytes, picture.content_type, max_bytes);
    if (!upload) return std::unexpected(std::move(upload).error());
    return ExaminedUpload{.upload = *std::move(upload), .digest = crypto::sha256(picture.bytes)};
}

}  // namespace

void SourceHandlers::send(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (sources_ == nullptr) {
        return answer(service_.refuse(*exchange, Error(ErrorCode::http_not_found)));
    }
    const security::UnixSeconds now = platform::wall_clock();
    auto asked =
        sources_->read(std::string_view(exchange->head.target).substr(kSignedPrefix.size()), now);
    if (!asked) return answer(service_.refuse(*exchange, asked.error()));
    const auto accept = exchange->head.field("Accept");
    // What is wrong whatever the picture is: nothing is fetched for it.
    ImageUpload any;
    any.parameters = asked->request.parameters;
    const auto checked = read_enhance_request(any, accept);
    if (!checked) return answer(service_.refuse(*exchange, checked.error()));
    if (Status status = service_.check_license(*checked); !status) {
        return answer(service_.refuse(*exchange, status.error()));
    }
    sources::Waiter waiter{
        .exchange = exchange,
        .answer = std::move(answer),
        .max_age_s = max_age_of(*asked, service_.settings().source_cache_s, now)};
    const bool negotiated = !chooses_format(asked->request);
    std::string key = flight_key(asked->request, accept, negotiated);
    if (const auto flight = sources_->flights().find(key)) {
        if (!flight->tag.empty() && has_already(*flight, waiter)) {
            return answer_unchanged(*flight, waiter);
        }
        flight->waiters.push_back(std::move(waiter));
        return;
    }
    const auto flight = std::make_shared<sources::Flight>();
    flight->key = std::move(key);
    flight->request = std::move(asked->request);
    flight->accept = accept;
    flight->negotiated = negotiated;
    flight->share = MemoryBudget::Share(service_.body_memory());
    flight->waiters.push_back(std::move(waiter));
    start_flight(flight);
}

void SourceHandlers::start_flight(const std::shared_ptr<sources::Flight>& flight) {
    const sources::Waiter& first = flight->waiters.front();
    if (!first.exchange->head.field("If-None-Match") && service_.work().turns_away()) {
        return fail_flight(*flight, Error(ErrorCode::service_busy));
    }
    sources_->flights().add(flight);
    sources_->async_fetch(
        flight->request.source,
        {.max_bytes = service_.settings().max_body_bytes,
         .timeout = std::chrono::seconds(service_.settings().job_timeout_s),
         .share = flight->share},
        [this, flight](Result<sources::Picture> picture) {
            if (flight->is_over()) return;
            if (!picture) return fail_flight(*flight, picture.error());
            const auto found =
                std::make_shared<Result<ExaminedUpload>>(fail(ErrorCode::memory_exhausted));
            service_.work().beside(
                picture->bytes.size(),
                [found, picture = *picture, max_bytes = service_.settings().max_body_bytes] {
                    *found = examine_picture(picture, max_bytes);
                },
                [this, flight, found, owner = picture->owner] {
                    if (flight->is_over()) return;
                    if (!*found) return fail_flight(*flight, found->error());
                    enhance_flight(flight, *std::move(*found), owner);
                });
        });
}

void SourceHandlers::enhance_flight(const std::shared_ptr<sources::Flight>& flight,
                                    ExaminedUpload found, std::shared_ptr<const void> owner) {
    found.upload.parameters = flight->request.parameters;
    const auto request = read_enhance_request(found.upload, flight->accept);
    if (!request) return fail_flight(*flight, request.error());
    flight->tag = entity_tag(found.digest, *request);
    for (sources::Waiter& waiter : flight->waiters) {
        if (has_already(*flight, waiter)) {
            answer_unchanged(*flight, waiter);
            waiter.exchange.reset();
        }
    }
    std::erase_if(flight->waiters, [](const sources::Waiter& waiter) { return !waiter.exchange; });
    if (flight->is_over()) {
        static_cast<void>(sources_->flights().land(*flight));
        return;
    }
    worker::Job job;
    job.task = worker::Task::enhance;
    job.input = found.upload.image;
    job.options = request->options;
    job.options.limits = service_.limits_for(*flight->waiters.front().exchange);
    job.deadline = std::chrono::seconds(service_.settings().job_timeout_s);
    service_.work().seal(
        job, std::move(owner),
        [this, flight](const worker::Job& sealed, Result<worker::SealedInput> input) {
            if (flight->is_over()) return;
            if (!input) return fail_flight(*flight, input.error());
            run_flight(flight, sealed, *std::move(input));
        });
}

void SourceHandlers::run_flight(const std::shared_ptr<sources::Flight>& flight,
                                const worker::Job& job, worker::SealedInput input) {
    worker::Pool* const pool = service_.work().pool();
    if (pool == nullptr) return fail_flight(*flight, Error(ErrorCode::service_stopping));
    flight->job = pool->async_run(job, std::move(input), [this, flight](Result<worker::Done> done) {
        if (flight->is_over()) return;
        if (!done) return fail_flight(*flight, done.error());
        land_flight(flight, *std::move(done));
    });
    // The image was copied, and nobody needs it any more.
    flight->share.release();
}

void SourceHandlers::land_flight(const std::shared_ptr<sources::Flight>& flight,
                                 worker::Done done) {
    const FileFormat format = done.output_format.value_or(FileFormat::jpeg);
    Response made = image_response(std::move(done));
    made.fields.push_back({"Content-Disposition", disposition_of(*flight, format)});
    const std::span<const std::byte> bytes = made.bytes;
    service_.work().hash(bytes, [this, flight,
                                 made = std::move(made)](const Sha256& digest) mutable {
        made.fields.push_back({"Repr-Digest", digest_field(digest)});
        // Whoever came while the digest was made is among them.
        for (sources::Waiter& waiter : sources_->flights().land(*flight)) {
            Response response = made;
            std::ranges::move(cache_fields(*flight, waiter), std::back_inserter(response.fields));
            waiter.answer(std::move(response));
        }
    });
}

void SourceHandlers::fail_flight(sources::Flight& flight, const Error& error) {
    for (sources::Waiter& waiter : sources_->flights().land(flight)) {
        waiter.answer(service_.refuse(*waiter.exchange, error));
    }
}

void SourceHandlers::leave(const Exchange& exchange) {
    if (sources_ == nullptr) return;
    const auto flight = sources_->flights().forget(exchange);
    worker::Pool* const pool = service_.work().pool();
    if (flight != nullptr && flight->job != 0 && pool != nullptr) pool->cancel(flight->job);
}

}  // namespace limpid::service
