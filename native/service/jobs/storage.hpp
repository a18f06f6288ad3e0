#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/inspect.hpp"
#include "service/jobs/blob_store.hpp"
#include "service/jobs/job_record.hpp"
#include "service/jobs/job_store.hpp"
#include "service/jobs/webhook_table.hpp"

namespace limpid::service::jobs {

/// How many jobs may wait or run.
struct JobLimits {
    std::uint64_t max_jobs = 0;
    std::uint64_t max_jobs_per_owner = 0;
};

/// A job that was asked for: a new one, or the one that its idempotency key had made before.
struct Submitted {
    JobRecord job;
    bool is_new = false;
};

/// A job to be run, and its photo.
struct Claimed {
    JobRecord job;
    /// storage.damaged, storage.failed or memory.exhausted when it cannot be read.
    Result<ByteBuffer> input;
};

/// A job that was changed; absent when it was not, because it did not run any more.
using Settled = std::optional<JobRecord>;

/// Jobs with their photos: rows and blobs, changed in an order that leaves nothing half-done
/// wherever it is interrupted. A blob is there before a row names it, and goes when none does.
///
/// Blocks on the disk: for a thread of its own. Not thread-safe. Times are milliseconds since 1970.
/// Every method may return storage.full, storage.failed, storage.damaged and memory.exhausted.
class Storage {
public:
    /// Open the state folder. What ran when the service ended is queued again, and blobs that no
    /// job names are removed.
    /// @return as open_state_folder(), JobStore::open() and BlobStore::open().
    [[nodiscard]] static Result<std::unique_ptr<Storage>> open(const std::string& folder);

    /// Jobs of each status.
    [[nodiscard]] const JobCounts& counts() const noexcept { return jobs_.counts(); }

    /// Keep a new job and its photo; both are on the disk when this returns.
    /// @param job  new, without blobs.
    /// @return jobs.full, jobs.too_many; idempotency.mismatch when its key was used with another
    ///         fingerprint.
    [[nodiscard]] Result<Submitted> submit(JobRecord job, std::span<const std::byte> input,
                                           const JobLimits& limits);

    /// The job of this id, for its owner. @return job.not_found, also for somebody else's.
    [[nodiscard]] Result<JobRecord> find(std::string_view id, std::string_view owner);

    /// What was made of a photo. @param key  JobRecord::output.
    [[nodiscard]] Result<ByteBuffer> read_output(const std::string& key) const {
        return blobs_.get(key);
    }

    /// Take the job that has waited longest to be run; nothing when none waits.
    [[nodiscard]] Result<std::optional<Claimed>> claim_next(std::int64_t now_ms);
    /// It is done: keep what was made.
    [[nodiscard]] Result<Settled> complete(const std::string& id, std::span<const std::byte> output,
                                           std::string_view media_type, std::int64_t now_ms);
    /// It failed for good.
    [[nodiscard]] Result<Settled> fail_job(const std::string& id, const Error& error,
                                           std::int64_t now_ms);
    /// A worker was lost over it: once more, or failed with `error` at the last of its attempts.
    [[nodiscard]] Result<Settled> retry(const std::string& id, const Error& error,
                                        std::uint64_t max_attempts, std::int64_t now_ms);
    /// It could not be tried: queued again, and that does not count.
    [[nodiscard]] Result<Settled> put_back(const std::string& id);

    /// Its owner does not want it: cancelled when it has not ended, forgotten when it was done or
    /// had failed.
    /// @return the job when this has cancelled it; job.not_found.
    [[nodiscard]] Result<Settled> cancel_or_forget(std::string_view id, std::string_view owner,
                                                   std::int64_t now_ms);

    /// Forget jobs that ended before a moment, a number at a time. @return were there more?
    [[nodiscard]] Result<bool> sweep(std::int64_t ended_ms);

    /// Who is told of the end of jobs. Borrows this object.
    [[nodiscard]] WebhookTable webhooks() noexcept { return WebhookTable(jobs_.database()); }

    /// Is there room? @return as BlobStore::probe().
    [[nodiscard]] Result<bool> probe();

private:
    Storage(JobStore jobs, BlobStore blobs) : jobs_(std::move(jobs)), blobs_(std::move(blobs)) {}
    [[nodiscard]] Status collect_garbage();
    [[nodiscard]] Status check_limits(const JobRecord& job, const JobLimits& limits);
    [[nodiscard]] Result<Settled> find_running(const std::string& id);
    [[nodiscard]] Status end(JobRecord& job, JobStatus status, std::int64_t now_ms);
    void release(const std::string& key);

    /// Locked while this uses it.
    platform::FileDescriptor folder_;
    JobStore jobs_;
    BlobStore blobs_;
};

}  // namespace limpid::service::jobs
