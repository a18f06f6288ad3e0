#include "service/work.hpp"

#include <string>
#include <utility>

#include "crypto/digest.hpp"

namespace limpid::service {

void Work::beside(std::size_t bytes, Hasher::Task work, Hasher::Task done) {
    if (hasher_ != nullptr && bytes > kHashedInPlaceBytes) {
        return hasher_->async_run(std::move(work), std::move(done));
    }
    work();
    done();
}

void Work::hash(std::span<const std::byte> bytes, Hasher::Handler handler) {
    if (hasher_ == nullptr || bytes.size() <= kHashedInPlaceBytes) {
        return handler(crypto::sha256(bytes));
    }
    hasher_->async_sha256(bytes, std::move(handler));
}

void Work::seal(
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

}  // namespace limpid::service
