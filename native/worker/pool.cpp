#include "worker/pool.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "worker/pool_impl.hpp"

namespace limpid::worker {
namespace {

Status check(const PoolOptions& options) {
    constexpr int kMaxWorkers = 256;
    if (options.program.empty() || options.program.front() != '/') {
        return fail(ErrorCode::argument_invalid, "program must be an absolute path");
    }
    if (options.workers < 1 || options.workers > kMaxWorkers) {
        return fail(ErrorCode::argument_invalid, std::to_string(options.workers) +
                                                     " workers; 1 to " +
                                                     std::to_string(kMaxWorkers) + " are possible");
    }
    if (options.queue_length < -1 || options.memory_bytes_per_worker == 0 ||
        options.cpu_seconds_per_worker == 0) {
        return fail(ErrorCode::argument_invalid, "a number of PoolOptions is out of range");
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Pool>> Pool::create(boost::asio::any_io_executor executor,
                                           PoolOptions options) {
    if (Status status = check(options); !status) return std::unexpected(status.error());
    auto impl = std::make_shared<Impl>(std::move(executor), std::move(options));
    if (Status status = impl->start_first(); !status) return std::unexpected(status.error());
    boost::asio::post(impl->strand(), [impl] { impl->start_others(); });
    return std::unique_ptr<Pool>(new Pool(std::move(impl)));
}

Pool::Pool(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Pool::~Pool() {
    boost::asio::post(impl_->strand(), [impl = impl_] { impl->stop(); });
}

JobId Pool::async_run(const Job& job, Handler handler) {
    return impl_->async_run(job, {}, std::move(handler));
}

JobId Pool::async_run(const Job& job, SealedInput input, Handler handler) {
    return impl_->async_run(job, std::move(input.file_), std::move(handler));
}

bool Pool::turn_away_if_full() { return impl_->turn_away_if_full(); }

void Pool::cancel(JobId id) {
    boost::asio::post(impl_->strand(), [impl = impl_, id] { impl->cancel(id); });
}

Stats Pool::stats() const { return impl_->stats(); }

}  // namespace limpid::worker
