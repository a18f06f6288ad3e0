// The handlers that have a worker look at a picture and answer with what it made.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "crypto/digest.hpp"
#include "limpid/digest.hpp"
#include "service/enhance_request.hpp"
#include "service/image_response.hpp"
#include "service/problem_response.hpp"
#include "service/service.hpp"

namespace limpid::service {
namespace {

Response private_response(worker::Done done, std::string tag) {
    Response response = image_response(std::move(done));
    response.fields.push_back({"ETag", std::move(tag)});
    response.fields.push_back({"Vary", "Accept"});
    response.fields.push_back({"Cache-Control", "private, no-cache"});
    return response;
}

/// Everything that is to be known of an upload by its bytes.
Result<ExaminedUpload> examine_bytes(const RequestHead& head, std::span<const std::byte> bytes,
                                     std::uint64_t max_bytes, bool with_digest) {
    auto upload = read_upload(head, bytes, max_bytes);
    if (!upload) return std::unexpected(std::move(upload).error());
    ExaminedUpload examined{.upload = *std::move(upload), .digest = {}};
    if (with_digest) examined.digest = crypto::sha256(examined.upload.image);
    return examined;
}

}  // namespace

Limits Service::limits_for(const Exchange& exchange) const {
    Limits limits;
    limits.max_file_bytes = settings_.max_body_bytes;
    const std::uint64_t max_pixels = exchange.principal.grant.max_pixels;
    if (max_pixels != 0) limits.max_pixels = std::min(limits.max_pixels, max_pixels);
    return limits;
}

void Service::beside(std::size_t bytes, Hasher::Task work, Hasher::Task done) {
    if (hasher_ != nullptr && bytes > kHashedInPlaceBytes) {
        return hasher_->async_run(std::move(work), std::move(done));
    }
    work();
    done();
}

void Service::let_go(Response& response) {
    // 20 MB that a worker shared take 4 ms to give back.
    auto owner = std::make_shared<std::shared_ptr<const void>>(std::move(response.owner));
    beside(response.bytes.size(), [owner] { owner->reset(); }, [] {});
}

void Service::hash(std::span<const std::byte> bytes, Hasher::Handler handler) {
    if (hasher_ == nullptr || bytes.size() <= kHashedInPlaceBytes) {
        return handler(crypto::sha256(bytes));
    }
    hasher_->async_sha256(bytes, std::move(handler));
}

void Service::examine(const std::shared_ptr<Exchange>& exchange, bool with_digest,
                      std::move_only_function<void(Result<ExaminedUpload>)> then) {
    const auto bytes = exchange->body_bytes();
    const auto found = std::make_shared<Result<ExaminedUpload>>(fail(ErrorCode::memory_exhausted));
    beside(
        bytes.size(),
        // With a head of its own: the exchange's may change when its client goes.
        [exchange, found, bytes, with_digest, head = exchange->head,
         max_bytes = settings_.max_body_bytes] {
            *found = examine_bytes(head, bytes, max_bytes, with_digest);
        },
        [exchange, found, then = std::move(then)]() mutable {
            if (!exchange->abandoned) then(std::move(*found));
        });
}

void Service::seal(
    const worker::Job& job, std::shared_ptr<const void> owner,
    std::move_only_function<void(const worker::Job&, Result<worker::SealedInput>)> then) {
    struct Sealing {
        worker::Job job;
        std::shared_ptr<const void> owner;
        std::string recipe;
        Result<worker::SealedInput> input;
    };
    const auto sealing =
        std::make_shared<Sealing>(Sealing{.job = job,
                                          .owner = std::move(owner),
                                          .recipe = std::string(job.recipe_json),
                                          .input = fail(ErrorCode::memory_exhausted)});
    sealing->job.recipe_json = sealing->recipe;
    beside(
        job.input.size(), [sealing] { sealing->input = worker::seal_input(sealing->job); },
        [sealing, then = std::move(then)]() mutable {
            then(sealing->job, std::move(sealing->input));
        });
}

void Service::submit(const std::shared_ptr<Exchange>& exchange, worker::Job job, Answer answer,
                     Respond respond) {
    // Before its input is copied.
    if (pool_ != nullptr && pool_->turn_away_if_full()) {
        return answer(refuse(*exchange, Error(ErrorCode::service_busy)));
    }
    job.options.limits = limits_for(*exchange);
    job.deadline = std::chrono::seconds(settings_.job_timeout_s);
    seal(job, exchange,
         [this, exchange, answer = std::move(answer), respond = std::move(respond)](
             const worker::Job& sealed, Result<worker::SealedInput> input) mutable {
             if (exchange->abandoned) return;
             if (!input) return answer(refuse(*exchange, input.error()));
             run_job(exchange, sealed, *std::move(input), std::move(answer), std::move(respond));
         });
}

void Service::run_job(const std::shared_ptr<Exchange>& exchange, const worker::Job& job,
                      worker::SealedInput input, Answer answer, Respond respond) {
    if (pool_ == nullptr) {
        return answer(refuse(*exchange, Error(ErrorCode::service_stopping)));
    }
    exchange->job =
        pool_->async_run(job, std::move(input),
                         [this, exchange, answer = std::move(answer),
                          respond = std::move(respond)](Result<worker::Done> done) mutable {
                             if (!done) return answer(refuse(*exchange, done.error()));
                             respond(*std::move(done), std::move(answer));
                         });
}

void Service::enhance(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    // Under overload looking at the photo costs more than all the rest of a refusal. Who may have
    // the answer already gets it before that.
    if (!exchange->head.field("If-None-Match") && pool_ != nullptr && pool_->turn_away_if_full()) {
        return answer(refuse(*exchange, Error(ErrorCode::service_busy)));
    }
    // The image lies in the exchange's body.
    examine(exchange, true,
            [this, exchange, answer = std::move(answer)](Result<ExaminedUpload> found) mutable {
                if (!found) return answer(refuse(*exchange, found.error()));
                const auto request =
                    read_enhance_request(found->upload, exchange->head.field("Accept"));
                if (!request) return answer(refuse(*exchange, request.error()));
                if (Status status = check_license(*request); !status) {
                    return answer(refuse(*exchange, status.error()));
                }
                enhance_tagged(exchange, found->upload.image, *request, found->digest,
                               std::move(answer));
            });
}

void Service::enhance_tagged(const std::shared_ptr<Exchange>& exchange,
                             std::span<const std::byte> image, const EnhanceRequest& request,
                             const Sha256& input, Answer answer) {
    std::string tag = entity_tag(input, request);
    if (matches_tag(exchange->head.field("If-None-Match").value_or(""), tag)) {
        Response response;
        response.status = 304;
        response.fields = {{"ETag", tag}, {"Vary", "Accept"}};
        return answer(std::move(response));
    }
    std::optional<ReceiptInput> receipt;
    if (request.receipt) receipt = {.bytes = image.size(), .digest = input};
    worker::Job job;
    job.task = worker::Task::enhance;
    job.input = image;
    job.recipe_json = request.recipe_json;
    job.options = request.options;
    submit(exchange, std::move(job), std::move(answer),
           [this, exchange, tag = std::move(tag), receipt](worker::Done done, Answer then) mutable {
               answer_image(exchange, std::move(done), std::move(tag), receipt, std::move(then));
           });
}

void Service::answer_image(const std::shared_ptr<Exchange>& exchange, worker::Done done,
                           std::string tag, std::optional<ReceiptInput> receipt, Answer answer) {
    const auto made = std::make_shared<worker::Done>(std::move(done));
    hash(made->output.bytes(), [this, exchange, made, tag = std::move(tag), receipt,
                                answer = std::move(answer)](const Sha256& digest) mutable {
        Result<std::string> signed_receipt("");
        if (receipt) signed_receipt = receipt_of(*made, *receipt, digest);
        if (!signed_receipt) return answer(refuse(*exchange, signed_receipt.error()));
        Response response = private_response(std::move(*made), std::move(tag));
        response.fields.push_back({"Repr-Digest", digest_field(digest)});
        if (receipt) response.fields.push_back({"Limpid-Receipt", *std::move(signed_receipt)});
        answer(std::move(response));
    });
}

void Service::describe_image(const std::shared_ptr<Exchange>& exchange, worker::Task task,
                             Answer answer) {
    examine(
        exchange, false,
        [this, exchange, task, answer = std::move(answer)](Result<ExaminedUpload> found) mutable {
            if (!found) return answer(refuse(*exchange, found.error()));
            if (!found->upload.parameters.empty()) {
                return answer(refuse(*exchange, Error(ErrorCode::argument_invalid,
                                                      "this path takes no parameters")));
            }
            worker::Job job;
            job.task = task;
            job.input = found->upload.image;
            submit(exchange, std::move(job), std::move(answer), [](worker::Done done, Answer then) {
                then(json_response(std::move(done.report_json)));
            });
        });
}

void Service::analyse(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::analyse, std::move(answer));
}

void Service::inspect(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::inspect, std::move(answer));
}

}  // namespace limpid::service
