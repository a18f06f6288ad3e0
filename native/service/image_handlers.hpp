#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "service/exchange.hpp"
#include "service/receipt.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

class Service;
struct EnhanceRequest;
struct ExaminedUpload;

/// Have a worker look at the picture that came, and answer with what it made: /v1/enhance,
/// /v1/analyse, /v1/inspect. Lives in its service, on the thread of that.
class ImageHandlers {
public:
    explicit ImageHandlers(Service& service) noexcept : service_(service) {}
    ImageHandlers(const ImageHandlers&) = delete;
    ImageHandlers& operator=(const ImageHandlers&) = delete;
    ~ImageHandlers() = default;

    /// Handlers of the route table.
    void enhance(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void analyse(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void inspect(const std::shared_ptr<Exchange>& exchange, Answer answer);

    /// Look at what came, and make the digest of its image when that is wanted. `then` is not
    /// called when the client has gone meanwhile.
    void examine(const std::shared_ptr<Exchange>& exchange, bool with_digest,
                 std::move_only_function<void(Result<ExaminedUpload>)> then);

private:
    /// Makes the answer of what a worker did.
    using Respond = std::move_only_function<void(worker::Done, Answer)>;

    /// Enhance the exchange's image, unless the client has what the entity tag stands for.
    void enhance_tagged(const std::shared_ptr<Exchange>& exchange, std::span<const std::byte> image,
                        const EnhanceRequest& request, const Sha256& input, Answer answer);
    /// Answer with what a worker made. @param receipt  nothing: none is asked for.
    void answer_image(const std::shared_ptr<Exchange>& exchange, worker::Done done, std::string tag,
                      std::optional<ReceiptInput> receipt, Answer answer);
    void describe_image(const std::shared_ptr<Exchange>& exchange, worker::Task task,
                        Answer answer);
    /// Have a worker do it.
    void submit(const std::shared_ptr<Exchange>& exchange, worker::Job job, Answer answer,
                Respond respond);
    void run_job(const std::shared_ptr<Exchange>& exchange, const worker::Job& job,
                 worker::SealedInput input, Answer answer, Respond respond);

    Service& service_;
};

}  // namespace limpid::service
