#include "service/jobs/job_runner.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "service/accept.hpp"
#include "service/jobs/job_request.hpp"
#include "service/jobs/wall_time.hpp"

namespace limpid::service::jobs {
namespace {

// After the disk or the workers could not be had.
constexpr std::chrono::seconds kPause{2};

/// The job itself was never looked at.
bool was_not_tried(ErrorCode code) {
    return code == ErrorCode::service_busy || code == ErrorCode::worker_unavailable ||
           code == ErrorCode::worker_not_confined;
}

/// May another try end better?
bool may_pass(ErrorCode code) {
    return code == ErrorCode::worker_died || code == ErrorCode::worker_timeout ||
           code == ErrorCode::memory_exhausted;
}

/// What is borrowed is of both.
worker::Job job_of(const Claimed& claimed, const EnhanceRequest& request) {
    worker::Job job;
    job.task = worker::Task::enhance;
    job.input = std::as_const(*claimed.input).span();
    job.recipe_json = request.recipe_json;
    job.options = request.options;
    // It was held to the service's own limit when it came.
    job.options.limits.max_file_bytes = std::max<std::uint64_t>(job.input.size(), 1);
    const std::uint64_t max_pixels = claimed.job.max_pixels;
    if (max_pixels != 0) {
        job.options.limits.max_pixels = std::min(job.options.limits.max_pixels, max_pixels);
    }
    return job;
}

}  // namespace

struct JobRunner::Prepared {
    Claimed claimed;
    Result<EnhanceRequest> request;
    /// An error of the two as well.
    Result<worker::SealedInput> sealed;
};

JobRunner::JobRunner(boost::asio::any_io_executor executor, StoreThread& store, worker::Pool& pool,
                     int workers, Callbacks callbacks)
    : executor_(std::move(executor)),
      store_(store),
      pool_(pool),
      callbacks_(std::move(callbacks)),
      max_running_(static_cast<std::size_t>(std::max(workers - 1, 1))) {}

void JobRunner::nudge() {
    if (is_stopped_ || is_claiming_ || is_paused_ || running_.size() >= max_running_) return;
    is_claiming_ = true;
    store_.run(prepare_next, [this](Result<std::optional<Prepared>> prepared) {
        is_claiming_ = false;
        if (!prepared) {
            callbacks_.failed(prepared.error());
            return pause();
        }
        if (!*prepared) return;
        start(**std::move(prepared));
        nudge();
    });
}

Result<std::optional<JobRunner::Prepared>> JobRunner::prepare_next(Storage& storage) {
    auto claimed = storage.claim_next(wall_time_ms());
    if (!claimed) return std::unexpected(std::move(claimed).error());
    if (!*claimed) return std::nullopt;
    auto request = decode_job_request((*claimed)->job.request);
    Prepared prepared{.claimed = **std::move(claimed),
                      .request = std::move(request),
                      .sealed = fail(ErrorCode::internal_failure)};
    if (!prepared.request) {
        prepared.sealed = std::unexpected(prepared.request.error());
    } else if (!prepared.claimed.input) {
        prepared.sealed = std::unexpected(prepared.claimed.input.error());
    } else {
        prepared.sealed = worker::seal_input(job_of(prepared.claimed, *prepared.request));
    }
    return prepared;
}

void JobRunner::start(Prepared prepared) {
    const JobRecord& record = prepared.claimed.job;
    running_[record.id] = 0;
    callbacks_.changed(record);
    if (!prepared.sealed) {
        return settle(record.id, settle_failure(record.id, prepared.sealed.error()));
    }
    worker::Job job = job_of(prepared.claimed, *prepared.request);
    job.deadline = policy_.timeout;
    running_[record.id] = pool_.async_run(
        job, *std::move(prepared.sealed),
        [this, id = record.id](Result<worker::Done> result) { finished(id, std::move(result)); });
}

void JobRunner::finished(const std::string& id, Result<worker::Done> result) {
    // The pool is ending: the job is queued again at the next start.
    if (is_stopped_ && !result) return;
    running_[id] = 0;
    if (!result) {
        // Otherwise it would be tried again at once.
        if (was_not_tried(result.error().id())) pause();
        return settle(id, settle_failure(id, result.error()));
    }
    const auto done = std::make_shared<worker::Done>(*std::move(result));
    settle(id, [id, done](Storage& storage) {
        const FileFormat format = done->output_format.value_or(FileFormat::jpeg);
        return storage.complete(id, done->output.bytes(), media_type_of(format), wall_time_ms());
    });
}

JobRunner::Settle JobRunner::settle_failure(const std::string& id, const Error& error) const {
    if (was_not_tried(error.id())) {
        return [id](Storage& storage) { return storage.put_back(id); };
    }
    if (may_pass(error.id())) {
        return [id, error, attempts = policy_.max_attempts](Storage& storage) {
            return storage.retry(id, error, attempts, wall_time_ms());
        };
    }
    return [id, error](Storage& storage) { return storage.fail_job(id, error, wall_time_ms()); };
}

void JobRunner::settle(const std::string& id, const Settle& work) {
    store_.run(work, [this, id, work](const Result<Settled>& settled) {
        if (!settled) {
            // What was made waits here until there is room for it.
            callbacks_.failed(settled.error());
            return later([this, id, work] { settle(id, work); });
        }
        running_.erase(id);
        if (*settled) callbacks_.changed(**settled);
        nudge();
    });
}

void JobRunner::cancel(std::string_view id) {
    const auto found = running_.find(id);
    if (found != running_.end() && found->second != 0) pool_.cancel(found->second);
}

void JobRunner::pause() {
    if (is_paused_) return;
    is_paused_ = true;
    later([this] {
        is_paused_ = false;
        nudge();
    });
}

void JobRunner::later(std::function<void()> action) {
    auto timer = std::make_shared<boost::asio::steady_timer>(executor_, kPause);
    timer->async_wait([timer, action = std::move(action)](const boost::system::error_code& error) {
        if (!error) action();
    });
}

}  // namespace limpid::service::jobs
