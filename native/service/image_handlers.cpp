// The handlers that have a worker look at a picture and answer with what it made.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

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

}  // namespace

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
    if (Status status = check_license(*request); !status) {
        return answer(refuse(*exchange, status.error()));
    }
    // Under overload the digest costs more than all the rest of a refusal. Who may have the answer
    // already gets it before that.
    if (!exchange->head.field("If-None-Match") && pool_ != nullptr && pool_->turn_away_if_full()) {
        return answer(refuse(*exchange, Error(ErrorCode::service_busy)));
    }
    // The image lies in the exchange's body.
    hash(upload->image, [this, exchange, image = upload->image, request = *request,
                         answer = std::move(answer)](const Sha256& input) mutable {
        enhance_tagged(exchange, image, request, input, std::move(answer));
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

}  // namespace limpid::service
