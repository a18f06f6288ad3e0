#include "service/jobs/jobs.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "service/enhance_request.hpp"
#include "service/jobs/wall_time.hpp"

namespace limpid::service::jobs {
namespace {

constexpr std::chrono::seconds kLongestSweepPause{60};
constexpr std::chrono::seconds kShortestSweepPause{1};

RunPolicy run_policy(const Settings& settings) {
    return {.timeout = std::chrono::seconds(settings.job_timeout_s),
            .max_attempts = settings.job_attempts};
}

}  // namespace

std::string output_tag(const JobRecord& job) { return "\"" + job.output.substr(0, 32) + "\""; }

Result<std::unique_ptr<Jobs>> Jobs::open(const boost::asio::any_io_executor& executor,
                                         const Settings& settings, Log& log) {
    auto storage = Storage::open(settings.state_dir);
    if (!storage) return std::unexpected(std::move(storage).error());
    return std::unique_ptr<Jobs>(new Jobs(executor, settings, log, *std::move(storage)));
}

Jobs::Jobs(const boost::asio::any_io_executor& executor, const Settings& settings, Log& log,
           std::unique_ptr<Storage> storage)
    : executor_(executor),
      settings_(settings),
      log_(log),
      sweeper_(executor),
      store_(executor, std::move(storage)),
      health_(executor, store_,
              [this](const Error* error) {
                  if (error != nullptr) return log_.error(*error, {});
                  log_.event("storage_recovered");
                  if (runner_) runner_->nudge();
              }),
      events_(executor) {}

void Jobs::start(worker::Pool& pool, int workers) {
    runner_ = std::make_unique<JobRunner>(
        executor_, store_, pool, workers,
        JobRunner::Callbacks{.changed = [this](const JobRecord& job) { changed(job); },
                             .failed = [this](const Error& error) { health_.note(error); }});
    configure(settings_);
    runner_->nudge();
    if (notifier_) notifier_->nudge();
    sweep();
}

void Jobs::notify_by(WebhookSender::World world) {
    notifier_ = std::make_unique<WebhookSender>(
        executor_, store_, std::move(world), [this](const Error& error) { health_.note(error); });
}

void Jobs::configure(const Settings& settings) {
    settings_ = settings;
    if (runner_) runner_->set_policy(run_policy(settings));
}

void Jobs::stop() {
    if (runner_) runner_->stop();
    if (notifier_) notifier_->stop();
    events_.end_all();
}

template <class T, class Work>
void Jobs::ask(Work work, Done<T> done) {
    if (store_.is_full()) return done(fail(ErrorCode::service_busy));
    store_.run(std::move(work), [this, done = std::move(done)](Result<T> result) mutable {
        if (!result) health_.note(result.error());
        done(std::move(result));
    });
}

void Jobs::submit(JobRecord job, Photo photo, Done<Submitted> done) {
    const JobLimits limits{.max_jobs = settings_.max_jobs,
                           .max_jobs_per_owner = settings_.max_jobs_per_key};
    job.created_ms = wall_time_ms();
    ask<Submitted>([job = std::move(job), photo = std::move(photo),
                    limits](Storage& storage) { return storage.submit(job, photo.bytes, limits); },
                   [this, done = std::move(done)](Result<Submitted> submitted) mutable {
                       const bool is_new = submitted && submitted->is_new;
                       done(std::move(submitted));
                       if (is_new && runner_) runner_->nudge();
                   });
}

void Jobs::find(std::string id, std::string owner, Done<JobRecord> done) {
    ask<JobRecord>([id = std::move(id),
                    owner = std::move(owner)](Storage& storage) { return storage.find(id, owner); },
                   std::move(done));
}

void Jobs::read_output(std::string id, std::string owner, std::string if_none_match,
                       Done<Output> done) {
    ask<Output>(
        [id = std::move(id), owner = std::move(owner),
         have = std::move(if_none_match)](Storage& storage) -> Result<Output> {
            auto job = storage.find(id, owner);
            if (!job) return std::unexpected(std::move(job).error());
            if (job->status != JobStatus::done) {
                return fail(ErrorCode::job_no_output,
                            "its status is " + std::string(to_string(job->status)));
            }
            Output output{.job = *std::move(job), .bytes = std::nullopt};
            if (matches_tag(have, output_tag(output.job))) return output;
            auto bytes = storage.read_output(output.job.output);
            if (!bytes) return std::unexpected(std::move(bytes).error());
            output.bytes = *std::move(bytes);
            return output;
        },
        std::move(done));
}

void Jobs::remove(std::string id, std::string owner, Done<Settled> done) {
    ask<Settled>(
        [id = std::move(id), owner = std::move(owner)](Storage& storage) {
            return storage.cancel_or_forget(id, owner, wall_time_ms());
        },
        [this, done = std::move(done)](Result<Settled> cancelled) mutable {
            if (cancelled && *cancelled) {
                changed(**cancelled);
                if (runner_) runner_->cancel((*cancelled)->id);
            }
            done(std::move(cancelled));
        });
}

void Jobs::listen(std::string id, std::string owner, std::int64_t seen,
                  std::move_only_function<void(Listening)> done) {
    // Before the state is read: what happens meanwhile is not missed.
    auto stream = events_.open(id, owner, seen,
                               {.max_streams = settings_.max_event_streams,
                                .max_streams_per_owner = settings_.max_event_streams_per_key});
    if (!stream) return done({.stream = nullptr, .error = std::move(stream).error()});
    ask<JobRecord>([id = std::move(id),
                    owner = std::move(owner)](Storage& storage) { return storage.find(id, owner); },
                   [this, seen, stream = *std::move(stream),
                    done = std::move(done)](Result<JobRecord> job) mutable {
                       if (!job) return done({.stream = nullptr, .error = std::move(job).error()});
                       if (has_ended(job->status) && job->revision <= seen) return done({});
                       events_.publish(*job);
                       done({.stream = std::move(stream), .error = std::nullopt});
                   });
}

void Jobs::changed(const JobRecord& job) {
    events_.publish(job);
    if (!has_ended(job.status)) return;
    if (notifier_) notifier_->nudge();
    log_.job({.id = job.id,
              .request_id = job.request_id,
              .principal = job.owner,
              .status = to_string(job.status),
              .error_code = job.error_code,
              .attempts = job.attempts,
              .bytes_out = job.output_bytes,
              .duration_ms = job.ended_ms - job.created_ms});
}

void Jobs::sweep_later(std::chrono::seconds pause) {
    sweeper_.expires_after(pause);
    sweeper_.async_wait([this](const boost::system::error_code& error) {
        if (!error) sweep();
    });
}

void Jobs::sweep() {
    const auto ttl_ms = static_cast<std::int64_t>(settings_.job_ttl_s) * 1000;
    store_.run(
        [before = wall_time_ms() - ttl_ms](Storage& storage) { return storage.sweep(before); },
        [this](const Result<bool>& more) {
            if (!more) health_.note(more.error());
            const auto ttl = std::chrono::seconds(settings_.job_ttl_s);
            sweep_later(more && *more
                            ? kShortestSweepPause
                            : std::clamp(ttl / 4, kShortestSweepPause, kLongestSweepPause));
        });
}

JobGauges Jobs::gauges() const {
    const StoreThread::Moment& moment = store_.moment();
    JobGauges gauges;
    for (const JobStatus status : kJobStatuses) {
        gauges.by_status.emplace_back(to_string(status),
                                      moment.counts.at(static_cast<std::size_t>(status)));
    }
    gauges.streams = events_.count();
    gauges.store_operations = moment.operations;
    gauges.store_seconds = moment.seconds;
    return gauges;
}

}  // namespace limpid::service::jobs
