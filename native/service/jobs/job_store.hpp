#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/error.hpp"
#include "service/jobs/database.hpp"
#include "service/jobs/job_record.hpp"

namespace limpid::service::jobs {

/// The table of jobs. What a method has changed is on the disk when it returns. Not thread-safe.
/// Every method may return the errors of Database::open(), and then has changed nothing.
class JobStore {
public:
    /// Open or make the database. @return storage.newer when a newer version of limpid wrote it.
    [[nodiscard]] static Result<JobStore> open(const std::string& path);

    /// Jobs of each status.
    [[nodiscard]] const JobCounts& counts() const noexcept { return counts_; }

    /// The job of this id, or of this idempotency key of a principal.
    [[nodiscard]] Result<std::optional<JobRecord>> find(std::string_view id);
    [[nodiscard]] Result<std::optional<JobRecord>> find_by_key(std::string_view owner,
                                                               std::string_view idempotency_key);
    /// The job that has been queued longest.
    [[nodiscard]] Result<std::optional<JobRecord>> first_queued();
    /// Jobs of a principal that wait or run.
    [[nodiscard]] Result<std::int64_t> count_unended(std::string_view owner);
    /// Up to `limit` jobs that ended before a moment.
    [[nodiscard]] Result<std::vector<JobRecord>> ended_before(std::int64_t ended_ms,
                                                              std::size_t limit);
    /// Does a job name this blob?
    [[nodiscard]] Result<bool> names_blob(std::string_view key);

    /// Add a job, with its webhook. Its id and its idempotency key must be new.
    [[nodiscard]] Status insert(const JobRecord& job);
    /// Store what may change of a job, with the next revision, which is written into `job`.
    /// @param before  its stored status.
    [[nodiscard]] Status save(JobRecord& job, JobStatus before);
    /// The same for a job that has ended, whose webhook has to tell of it from now on.
    [[nodiscard]] Status save_ended(JobRecord& job, JobStatus before);
    /// Forget jobs, all of them or none.
    [[nodiscard]] Status remove(const std::vector<JobRecord>& jobs);
    /// What ran when the service ended is queued again.
    [[nodiscard]] Status requeue_running();

    /// For the other tables of the same file.
    [[nodiscard]] Database& database() noexcept { return database_; }

private:
    explicit JobStore(Database database) : database_(std::move(database)) {}
    [[nodiscard]] Status insert_row(const JobRecord& job);
    [[nodiscard]] Status save_row(const JobRecord& job);
    void count_saved(JobRecord& job, JobStatus before);
    [[nodiscard]] Status count();
    [[nodiscard]] static Result<std::optional<JobRecord>> read_one(Statement statement);
    [[nodiscard]] std::int64_t& count_of(JobStatus status) {
        return counts_.at(static_cast<std::size_t>(status));
    }

    Database database_;
    JobCounts counts_{};
};

}  // namespace limpid::service::jobs
