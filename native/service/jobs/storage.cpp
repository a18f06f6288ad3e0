#include "service/jobs/storage.hpp"

#include <utility>
#include <vector>

#include "service/jobs/state_folder.hpp"

namespace limpid::service::jobs {
namespace {

// So that other work comes between.
constexpr std::size_t kJobsPerSweep = 100;

}  // namespace

Result<std::unique_ptr<Storage>> Storage::open(const std::string& folder) {
    auto state = open_state_folder(folder);
    if (!state) return std::unexpected(std::move(state).error());
    if (Status status = lock_state_folder(*state); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto blobs = BlobStore::open(*state);
    if (!blobs) return std::unexpected(std::move(blobs).error());
    auto jobs = JobStore::open(folder + "/jobs.db");
    if (!jobs) return std::unexpected(std::move(jobs).error());
    std::unique_ptr<Storage> storage(new Storage(*std::move(jobs), *std::move(blobs)));
    storage->folder_ = *std::move(state);
    if (Status status = storage->jobs_.requeue_running(); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (Status status = storage->collect_garbage(); !status) {
        return std::unexpected(std::move(status).error());
    }
    return storage;
}

Status Storage::collect_garbage() {
    const auto keys = blobs_.keys();
    if (!keys) return std::unexpected(keys.error());
    for (const std::string& key : *keys) {
        const auto named = jobs_.names_blob(key);
        if (!named) return std::unexpected(named.error());
        if (*named) continue;
        if (Status status = blobs_.remove(key); !status) return status;
    }
    return {};
}

Status Storage::check_limits(const JobRecord& job, const JobLimits& limits) {
    const JobCounts& counts = jobs_.counts();
    const std::int64_t waiting = counts.at(static_cast<std::size_t>(JobStatus::queued)) +
                                 counts.at(static_cast<std::size_t>(JobStatus::running));
    if (std::cmp_greater_equal(waiting, limits.max_jobs)) return fail(ErrorCode::jobs_full);
    const auto of_owner = jobs_.count_unended(job.owner);
    if (!of_owner) return std::unexpected(of_owner.error());
    if (std::cmp_greater_equal(*of_owner, limits.max_jobs_per_owner)) {
        return fail(ErrorCode::jobs_too_many);
    }
    return {};
}

Result<Submitted> Storage::submit(JobRecord job, std::span<const std::byte> input,
                                  const JobLimits& limits) {
    if (!job.idempotency_key.empty()) {
        auto same = jobs_.find_by_key(job.owner, job.idempotency_key);
        if (!same) return std::unexpected(std::move(same).error());
        if (*same && (*same)->fingerprint != job.fingerprint) {
            return fail(ErrorCode::idempotency_mismatch);
        }
        // As find() gives it.
        if (*same) {
            auto found = find((*same)->id, job.owner);
            if (!found) return std::unexpected(std::move(found).error());
            return Submitted{.job = *std::move(found), .is_new = false};
        }
    }
    if (Status status = check_limits(job, limits); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto key = blobs_.put(input);
    if (!key) return std::unexpected(std::move(key).error());
    job.input = *std::move(key);
    if (Status status = jobs_.insert(job); !status) {
        release(job.input);
        return std::unexpected(std::move(status).error());
    }
    return Submitted{.job = std::move(job), .is_new = true};
}

Result<JobRecord> Storage::find(std::string_view id, std::string_view owner) {
    auto job = jobs_.find(id);
    if (!job) return std::unexpected(std::move(job).error());
    if (!*job || (*job)->owner != owner) return fail(ErrorCode::job_not_found);
    auto webhook = webhooks().find(id);
    if (!webhook) return std::unexpected(std::move(webhook).error());
    (*job)->webhook = *std::move(webhook);
    return **std::move(job);
}

Result<std::optional<Claimed>> Storage::claim_next(std::int64_t now_ms) {
    auto job = jobs_.first_queued();
    if (!job) return std::unexpected(std::move(job).error());
    if (!*job) return std::nullopt;
    (*job)->status = JobStatus::running;
    (*job)->started_ms = now_ms;
    if (Status status = jobs_.save(**job, JobStatus::queued); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto input = blobs_.get((*job)->input);
    return Claimed{.job = **std::move(job), .input = std::move(input)};
}

Result<Settled> Storage::find_running(const std::string& id) {
    auto job = jobs_.find(id);
    if (job && *job && (*job)->status != JobStatus::running) return std::nullopt;
    return job;
}

Status Storage::end(JobRecord& job, JobStatus status, std::int64_t now_ms) {
    const JobStatus before = std::exchange(job.status, status);
    const std::string input = std::exchange(job.input, {});
    job.ended_ms = now_ms;
    if (Status saved = jobs_.save_ended(job, before); !saved) return saved;
    release(input);
    return {};
}

Result<Settled> Storage::complete(const std::string& id, std::span<const std::byte> output,
                                  std::string_view media_type, std::int64_t now_ms) {
    auto job = find_running(id);
    if (!job || !*job) return job;
    auto key = blobs_.put(output);
    if (!key) return std::unexpected(std::move(key).error());
    (*job)->output = *std::move(key);
    (*job)->output_type = media_type;
    (*job)->output_bytes = static_cast<std::int64_t>(output.size());
    if (Status status = end(**job, JobStatus::done, now_ms); !status) {
        return std::unexpected(std::move(status).error());
    }
    return job;
}

Result<Settled> Storage::fail_job(const std::string& id, const Error& error, std::int64_t now_ms) {
    auto job = find_running(id);
    if (!job || !*job) return job;
    (*job)->error_code = error.code();
    (*job)->error_found = error.found();
    if (Status status = end(**job, JobStatus::failed, now_ms); !status) {
        return std::unexpected(std::move(status).error());
    }
    return job;
}

Result<Settled> Storage::retry(const std::string& id, const Error& error,
                               std::uint64_t max_attempts, std::int64_t now_ms) {
    auto job = find_running(id);
    if (!job || !*job) return job;
    ++(*job)->attempts;
    if (std::cmp_greater_equal((*job)->attempts, max_attempts)) {
        (*job)->error_code = error.code();
        (*job)->error_found = error.found();
        if (Status status = end(**job, JobStatus::failed, now_ms); !status) {
            return std::unexpected(std::move(status).error());
        }
        return job;
    }
    (*job)->status = JobStatus::queued;
    if (Status status = jobs_.save(**job, JobStatus::running); !status) {
        return std::unexpected(std::move(status).error());
    }
    return job;
}

Result<Settled> Storage::put_back(const std::string& id) {
    auto job = find_running(id);
    if (!job || !*job) return job;
    (*job)->status = JobStatus::queued;
    if (Status status = jobs_.save(**job, JobStatus::running); !status) {
        return std::unexpected(std::move(status).error());
    }
    return job;
}

Result<Settled> Storage::cancel_or_forget(std::string_view id, std::string_view owner,
                                          std::int64_t now_ms) {
    auto job = find(id, owner);
    if (!job) return std::unexpected(std::move(job).error());
    if (job->status == JobStatus::cancelled) return std::nullopt;
    if (!has_ended(job->status)) {
        if (Status status = end(*job, JobStatus::cancelled, now_ms); !status) {
            return std::unexpected(std::move(status).error());
        }
        return *std::move(job);
    }
    if (Status status = jobs_.remove({*job}); !status) {
        return std::unexpected(std::move(status).error());
    }
    release(job->output);
    return std::nullopt;
}

Result<bool> Storage::sweep(std::int64_t ended_ms) {
    const auto jobs = jobs_.ended_before(ended_ms, kJobsPerSweep);
    if (!jobs) return std::unexpected(jobs.error());
    if (Status status = webhooks().sweep(); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (jobs->empty()) return false;
    if (Status status = jobs_.remove(*jobs); !status) {
        return std::unexpected(std::move(status).error());
    }
    for (const JobRecord& job : *jobs) release(job.output);
    return jobs->size() == kJobsPerSweep;
}

Result<bool> Storage::probe() {
    if (Status status = blobs_.probe(); !status) return std::unexpected(std::move(status).error());
    return true;
}

void Storage::release(const std::string& key) {
    if (key.empty()) return;
    const auto named = jobs_.names_blob(key);
    // What cannot be removed now is removed at the next start.
    if (named && !*named) static_cast<void>(blobs_.remove(key));
}

}  // namespace limpid::service::jobs
