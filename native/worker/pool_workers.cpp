// Of Pool::Impl: what happens to workers.
#include <algorithm>
#include <csignal>
#include <utility>

#include "worker/finished_job.hpp"
#include "worker/pool_impl.hpp"

namespace limpid::worker {
namespace {

/// Workers that do not get ready are not tried again faster than this: 0.1 s, then twice as long
/// each time, up to 6.4 s.
std::chrono::milliseconds restart_delay(unsigned failed_starts) {
    constexpr std::chrono::milliseconds kFirst{100};
    constexpr unsigned kMaxDoublings = 6;
    return kFirst * (1U << std::min(failed_starts - 1, kMaxDoublings));
}

void count_death(Stats& stats, const End& end) {
    ++stats.died;
    if (end.by_signal) {
        ++(end.number == SIGSYS ? stats.forbidden_calls : stats.killed);
    } else if (end.number == kOutOfMemoryExit) {
        ++stats.out_of_memory;
    }
}

Error reason_of(const End& end) {
    if (!end.by_signal && end.number == kOutOfMemoryExit) {
        return Error(ErrorCode::memory_exhausted, "the worker may have no more");
    }
    return Error(ErrorCode::worker_died, to_string(end));
}

}  // namespace

Pool::Impl::Impl(boost::asio::any_io_executor executor, PoolOptions options)
    : options_(std::move(options)),
      executor_(std::move(executor)),
      strand_(boost::asio::make_strand(executor_)) {
    for (int i = 0; i < options_.workers; ++i) slots_.push_back(std::make_unique<Slot>(strand_));
}

Status Pool::Impl::start_first() {
    Slot& slot = *slots_.front();
    auto worker = WorkerProcess::start(strand_, options_);
    if (!worker) return std::unexpected(worker.error());
    const auto layers = (*worker)->greet(options_);
    if (!layers) return std::unexpected(layers.error());
    slot.worker = std::move(*worker);
    slot.state = State::ready;
    count([&](Stats& stats) {
        ++stats.started;
        stats.alive = 1;
        stats.layers = *layers;
    });
    return {};
}

void Pool::Impl::start_others() {
    watch(*slots_.front());
    for (const auto& slot : slots_) {
        if (slot->state == State::absent) start_worker(*slot);
    }
    publish();
}

void Pool::Impl::stop() {
    is_stopped_ = true;
    while (!jobs_.empty()) cancel(jobs_.begin()->first);
    for (const auto& slot : slots_) {
        slot->timer.cancel();
        if (slot->worker) end_worker(*slot);
    }
    publish();
}

void Pool::Impl::start_worker(Slot& slot) {
    if (is_stopped_) return;
    auto worker = WorkerProcess::start(strand_, options_);
    if (!worker) {
        start_error_ = worker.error();
        return restart_later(slot);
    }
    count([](Stats& stats) { ++stats.started; });
    slot.worker = std::move(*worker);
    slot.state = State::starting;
    slot.jobs_given = 0;
    slot.jobs_done = 0;
    slot.fault.reset();
    slot.timer.expires_after(options_.start_timeout);
    slot.timer.async_wait([self = shared_from_this(), &slot](const auto& error) {
        if (error || slot.state != State::starting) return;
        self->start_error_ = Error(ErrorCode::worker_unavailable, "a worker does not get ready");
        slot.worker->kill();
    });
    watch(slot);
}

void Pool::Impl::watch(Slot& slot) {
    const std::weak_ptr<Impl> weak = weak_from_this();
    // Not shared: the worker belongs to the pool, which would belong to its worker.
    slot.worker->watch({
        .on_message =
            [weak, &slot](auto message) {
                if (const auto self = weak.lock()) self->on_message(slot, std::move(message));
            },
        .on_end =
            [weak, &slot](const End& end) {
                if (const auto self = weak.lock()) self->on_end(slot, end);
            },
    });
}

void Pool::Impl::restart_later(Slot& slot) {
    slot.state = State::absent;
    ++failed_starts_;
    slot.timer.expires_after(restart_delay(failed_starts_));
    slot.timer.async_wait([self = shared_from_this(), &slot](const auto& error) {
        if (!error) self->start_worker(slot);
    });
}

void Pool::Impl::end_worker(Slot& slot) {
    slot.state = State::ending;
    slot.worker->kill();
}

void Pool::Impl::on_message(Slot& slot, std::expected<Message, NoMessage> message) {
    if (slot.state == State::ending) return;
    // Its end says more; but one that has merely hung up must end too.
    if (!message && message.error() == NoMessage::closed) return slot.worker->kill();
    if (message && slot.state == State::starting) return on_hello(slot, *message);
    if (message && slot.state == State::busy) return on_reply(slot, *message);
    blame(slot);
}

void Pool::Impl::on_hello(Slot& slot, const Message& message) {
    const auto layers = slot.worker->judge_hello(message, options_);
    if (!layers) {
        start_error_ = layers.error();
        return slot.worker->kill();
    }
    slot.timer.cancel();
    slot.state = State::ready;
    failed_starts_ = 0;
    start_error_.reset();
    count([&](Stats& stats) { stats.layers = *layers; });
    dispatch();
}

void Pool::Impl::on_reply(Slot& slot, const Message& message) {
    const auto reply = message.kind == MessageKind::reply && message.files.empty()
                           ? parse_reply(message.json)
                           : std::nullopt;
    if (!reply) return blame(slot);
    if (reply->job != slot.job->request.job) {
        slot.fault = Error(ErrorCode::worker_died, "it answered another job than its own");
        return blame(slot);
    }
    Result<Done> result = reply->error ? std::unexpected(*reply->error)
                                       : take_output(slot.job->request, *reply, slot.output.get());
    if (!result && result.error().id() == ErrorCode::worker_died) {
        slot.fault = result.error();
        return blame(slot);
    }
    count([&](Stats& stats) { ++(result ? stats.succeeded : stats.refused); });
    slot.output = {};
    const PendingPtr job = std::exchange(slot.job, nullptr);
    be_ready_or_replaced(slot);
    finish(job, std::move(result));
    dispatch();
}

void Pool::Impl::be_ready_or_replaced(Slot& slot) {
    ++slot.jobs_done;
    slot.state = State::ready;
    if (slot.jobs_done >= options_.jobs_per_worker ||
        slot.worker->resident_bytes() > options_.kept_memory_bytes_per_worker) {
        end_worker(slot);
    }
}

void Pool::Impl::blame(Slot& slot) {
    count([](Stats& stats) { ++stats.misbehaved; });
    if (!slot.fault) slot.fault = Error(ErrorCode::worker_died, "it sent what no worker sends");
    end_worker(slot);
}

void Pool::Impl::on_end(Slot& slot, const End& end) {
    const bool was_starting = slot.state == State::starting;
    if (slot.state != State::ending) count([&](Stats& stats) { count_death(stats, end); });
    slot.timer.cancel();
    slot.state = State::absent;
    slot.worker = nullptr;
    slot.output = {};
    if (const PendingPtr job = std::exchange(slot.job, nullptr)) {
        finish(job, std::unexpected(slot.fault.value_or(reason_of(end))));
    }
    if (is_stopped_) return publish();
    if (was_starting) {
        if (!start_error_) {
            start_error_ = Error(ErrorCode::worker_unavailable,
                                 "a worker ended as it started: " + to_string(end));
        }
        restart_later(slot);
    } else {
        start_worker(slot);
    }
    publish();
}

int Pool::Impl::alive() const {
    return static_cast<int>(std::ranges::count_if(slots_, [](const auto& slot) {
        return slot->state == State::ready || slot->state == State::busy;
    }));
}

void Pool::Impl::publish() {
    const auto busy =
        std::ranges::count_if(slots_, [](const auto& slot) { return slot->state == State::busy; });
    count([&](Stats& stats) {
        stats.alive = alive();
        stats.busy = static_cast<int>(busy);
        stats.queued = static_cast<int>(waiting_.size());
    });
}

Stats Pool::Impl::stats() const {
    const std::scoped_lock lock(mutex_);
    return stats_;
}

}  // namespace limpid::worker
