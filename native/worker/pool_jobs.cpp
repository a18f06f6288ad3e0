// Of Pool::Impl: what happens to jobs.
#include <array>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>

#include "worker/pool_impl.hpp"
#include "worker/shared_memory.hpp"

namespace limpid::worker {
namespace {

int queue_length(const PoolOptions& options) {
    constexpr int kPerWorker = 4;
    return options.queue_length < 0 ? kPerWorker * options.workers : options.queue_length;
}

Request request_of(const Job& job, std::uint64_t output_capacity_bytes) {
    Request request;
    request.task = job.task;
    request.options = job.options;
    request.recipe_bytes = job.recipe_json.size();
    request.lut_bytes = job.lut_cube.size();
    request.image_bytes = job.input.size();
    request.output_capacity_bytes = output_capacity_bytes;
    return request;
}

Result<platform::FileDescriptor> copy_input(const Job& job) {
    const std::array parts = {std::as_bytes(std::span(job.recipe_json)),
                              std::as_bytes(std::span(job.lut_cube)), job.input};
    return make_sealed(parts);
}

}  // namespace

Result<SealedInput> seal_input(const Job& job) {
    auto copied = copy_input(job);
    if (!copied) return std::unexpected(std::move(copied).error());
    return SealedInput(*std::move(copied));
}

bool Pool::Impl::finds_no_place() {
    if (places_taken_ < options_.workers + queue_length(options_)) return false;
    ++stats_.turned_away;
    return true;
}

bool Pool::Impl::turn_away_if_full() {
    const std::scoped_lock lock(mutex_);
    return finds_no_place();
}

bool Pool::Impl::reserve_place() {
    const std::scoped_lock lock(mutex_);
    if (finds_no_place()) return false;
    ++places_taken_;
    return true;
}

void Pool::Impl::answer(Handler handler, Result<Done> result) {
    boost::asio::post(executor_,
                      [handler = std::move(handler), result = std::move(result)]() mutable {
                          handler(std::move(result));
                      });
}

JobId Pool::Impl::async_run(const Job& job, platform::FileDescriptor input, Handler handler) {
    auto pending = std::make_shared<Pending>(strand_, ++last_id_);
    pending->ends_at = std::chrono::steady_clock::now() + job.deadline;
    if (job.options.recipe || job.options.lut != nullptr) {
        answer(std::move(handler),
               fail(ErrorCode::argument_invalid, "recipe and table are given as text"));
        return pending->id;
    }
    if (!reserve_place()) {
        answer(std::move(handler), fail(ErrorCode::service_busy));
        return pending->id;
    }
    if (!input.valid()) {
        auto copied = copy_input(job);
        if (!copied) {
            count([this](Stats&) { --places_taken_; });
            answer(std::move(handler), std::unexpected(copied.error()));
            return pending->id;
        }
        input = *std::move(copied);
    }
    pending->request = request_of(job, options_.max_output_bytes);
    pending->input = std::move(input);
    pending->handler = std::move(handler);
    boost::asio::post(strand_, [self = shared_from_this(), pending] { self->admit(pending); });
    return pending->id;
}

void Pool::Impl::admit(PendingPtr job) {
    jobs_.emplace(job->id, job);
    if (is_stopped_) return finish(job, fail(ErrorCode::run_cancelled));
    job->deadline.expires_at(job->ends_at);
    job->deadline.async_wait(
        [self = shared_from_this(), id = job->id](const boost::system::error_code& error) {
            if (!error) self->on_deadline(id);
        });
    waiting_.push_back(std::move(job));
    dispatch();
}

void Pool::Impl::dispatch() {
    for (const auto& slot : slots_) {
        if (waiting_.empty()) break;
        if (slot->state != State::ready) continue;
        PendingPtr job = std::move(waiting_.front());
        waiting_.pop_front();
        assign(*slot, std::move(job));
    }
    publish();
}

void Pool::Impl::assign(Slot& slot, PendingPtr job) {
    auto output = make_fixed_size(job->request.output_capacity_bytes);
    if (!output) return finish(job, std::unexpected(output.error()));
    slot.output = std::move(*output);
    slot.job = std::move(job);
    slot.state = State::busy;
    // One that cannot be told has ended or does not listen; its end is answered like any other.
    Pending& pending = *slot.job;
    pending.request.job = ++slot.jobs_given;
    if (!slot.worker->send_job(to_json(pending.request), pending.input.get(), slot.output.get())) {
        slot.worker->kill();
    }
}

void Pool::Impl::finish(const PendingPtr& job, Result<Done> result) {
    if (jobs_.erase(job->id) == 0) return;
    job->deadline.cancel();
    job->input = {};
    count([this](Stats&) { --places_taken_; });
    answer(std::move(job->handler), std::move(result));
}

void Pool::Impl::abandon(JobId id, const Error& reason) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return;
    const PendingPtr job = found->second;
    std::erase(waiting_, job);
    for (const auto& slot : slots_) {
        if (slot->job != job) continue;
        slot->job = nullptr;
        end_worker(*slot);
    }
    finish(job, std::unexpected(reason));
    publish();
}

void Pool::Impl::on_deadline(JobId id) {
    if (!jobs_.contains(id)) return;
    count([](Stats& stats) { ++stats.timed_out; });
    abandon(id, alive() == 0 && start_error_ ? *start_error_ : Error(ErrorCode::worker_timeout));
}

void Pool::Impl::cancel(JobId id) { abandon(id, Error(ErrorCode::run_cancelled)); }

}  // namespace limpid::worker
