#include "service/image_handlers.hpp"

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

void ImageHandlers::examine(const std::shared_ptr<Exchange>& exchange, bool with_digest,
                            std::move_only_function<void(Result<ExaminedUpload>)> then) {
    const auto bytes = exchange->body_bytes();
    const auto found = std::make_shared<Result<ExaminedUpload>>(fail(ErrorCode::memory_exhausted));
    service_.work().beside(
        bytes.size(),
        // With a head of its own: the exchange's may change when its client goes.
        [exchange, found, bytes, with_digest, head = exchange->head,
         max_bytes = service_.settings().max_body_bytes] {
            *found = examine_bytes(head, bytes, max_bytes, with_digest);
        },
        [exchange, found, then = std::move(then)]() mutable {
            if (!exchange->abandoned) then(std::move(*found));
        });
}

void ImageHandlers::submit(const std::shared_ptr<Exchange>& exchange, worker::Job job,
                           Answer answer, Respond respond) {
    // Before its input is copied.
    if (service_.work().turns_away()) {
        return answer(service_.refuse(*exchange, Error(ErrorCode::service_busy)));
    }
    job.options.limits = service_.limits_for(*exchange);
    job.deadline = std::chrono::seconds(service_.settings().job_timeout_s);
    service_.work().seal(job, exchange,
                         [this, exchange, answer = std::move(answer), respond = std::move(respond)](
                             const worker::Job& sealed, Result<worker::SealedInput> input) mutable {
                             if (exchange->abandoned) return;
                             if (!input) return answer(service_.refuse(*exchange, input.error()));
                             run_job(exchange, sealed, *std::move(input), std::move(answer),
                                     std::move(respond));
                         });
}

void ImageHandlers::run_job(const std::shared_ptr<Exchange>& exchange, const worker::Job& job,
                            worker::SealedInput input, Answer answer, Respond respond) {
    worker::Pool* const pool = service_.work().pool();
    if (pool == nullptr) {
        return answer(service_.refuse(*exchange, Error(ErrorCode::service_stopping)));
    }
    exchange->job =
        pool->async_run(job, std::move(input),
                        [this, exchange, answer = std::move(answer),
                         respond = std::move(respond)](Result<worker::Done> done) mutable {
                            if (!done) return answer(service_.refuse(*exchange, done.error()));
                            respond(*std::move(done), std::move(answer));
                        });
}

void ImageHandlers::enhance(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    // Under overload looking at the photo costs more than all the rest of a refusal. Who may have
    // the answer already gets it before that.
    if (!exchange->head.field("If-None-Match") && service_.work().turns_away()) {
        return answer(service_.refuse(*exchange, Error(ErrorCode::service_busy)));
    }
    // The image lies in the exchange's body.
    examine(exchange, true,
            [this, exchange, answer = std::move(answer)](Result<ExaminedUpload> found) mutable {
                if (!found) return answer(service_.refuse(*exchange, found.error()));
                const auto request =
                    read_enhance_request(found->upload, exchange->head.field("Accept"));
                if (!request) return answer(service_.refuse(*exchange, request.error()));
                if (Status status = service_.check_license(*request); !status) {
                    return answer(service_.refuse(*exchange, status.error()));
                }
                enhance_tagged(exchange, found->upload.image, *request, found->digest,
                               std::move(answer));
            });
}

void ImageHandlers::enhance_tagged(const std::shared_ptr<Exchange>& exchange,
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

void ImageHandlers::answer_image(const std::shared_ptr<Exchange>& exchange, worker::Done done,
                                 std::string tag, std::optional<ReceiptInput> receipt,
                                 Answer answer) {
    const auto made = std::make_shared<worker::Done>(std::move(done));
    service_.work().hash(
        made->output.bytes(), [this, exchange, made, tag = std::move(tag), receipt,
                               answer = std::move(answer)](const Sha256& digest) mutable {
            Result<std::string> signed_receipt("");
            if (receipt) signed_receipt = sign_receipt(*service_.keeper(), *made, *receipt, digest);
            if (!signed_receipt) return answer(service_.refuse(*exchange, signed_receipt.error()));
            Response response = private_response(std::move(*made), std::move(tag));
            response.fields.push_back({"Repr-Digest", digest_field(digest)});
            if (receipt) response.fields.push_back({"Limpid-Receipt", *std::move(signed_receipt)});
            answer(std::move(response));
        });
}

void ImageHandlers::describe_image(const std::shared_ptr<Exchange>& exchange, worker::Task task,
                                   Answer answer) {
    examine(
        exchange, false,
        [this, exchange, task, answer = std::move(answer)](Result<ExaminedUpload> found) mutable {
            if (!found) return answer(service_.refuse(*exchange, found.error()));
            if (!found->upload.parameters.empty()) {
                return answer(service_.refuse(*exchange, Error(ErrorCode::argument_invalid,
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

void ImageHandlers::analyse(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::analyse, std::move(answer));
}

void ImageHandlers::inspect(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    describe_image(exchange, worker::Task::inspect, std::move(answer));
}

}  // namespace limpid::service
