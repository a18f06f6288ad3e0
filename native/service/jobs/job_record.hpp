#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/jobs/job_webhook.hpp"

namespace limpid::service::jobs {

/// Where a job is. The numbers are stored: never change one.
enum class JobStatus : std::uint8_t {
    queued = 0,
    running = 1,
    done = 2,
    failed = 3,
    cancelled = 4
};

/// Every status, in the order of its number.
inline constexpr std::array kJobStatuses = {JobStatus::queued, JobStatus::running, JobStatus::done,
                                            JobStatus::failed, JobStatus::cancelled};

/// Jobs of each status, by its number.
using JobCounts = std::array<std::int64_t, kJobStatuses.size()>;

/// "queued", "running", ….
[[nodiscard]] std::string_view to_string(JobStatus status) noexcept;

/// Does nothing more happen to it?
[[nodiscard]] constexpr bool has_ended(JobStatus status) noexcept {
    return status != JobStatus::queued && status != JobStatus::running;
}

/// A job as it is kept. Times are milliseconds since 1970 by the system's clock; 0: not yet.
struct JobRecord {
    /// 32 hex digits that nobody can guess.
    std::string id;
    /// The principal that made it, and the only one it exists for; empty: anybody.
    std::string owner;
    /// Of the request that made it.
    std::string request_id;
    /// As the client chose it; empty: none.
    std::string idempotency_key;
    /// Of the photo and of what is asked for: 64 hex digits.
    std::string fingerprint;
    /// What is asked for, as encode_job_request() writes it.
    std::string request;
    /// What the principal's credential allows; 0: what the service does.
    std::uint64_t max_pixels = 0;
    JobStatus status = JobStatus::queued;
    /// Grows with every change of the status.
    std::int64_t revision = 1;
    /// Times that a worker was lost over it.
    std::int64_t attempts = 0;
    /// Blobs: the photo until the job ends, and what was made of it.
    std::string input;
    std::string output;
    /// Of the output.
    std::string output_type;
    std::int64_t output_bytes = 0;
    /// Why it failed; empty otherwise.
    std::string error_code;
    std::string error_found;
    std::int64_t created_ms = 0;
    std::int64_t started_ms = 0;
    std::int64_t ended_ms = 0;
    /// Who is told of its end; read by Storage::find() only.
    std::optional<JobWebhook> webhook = std::nullopt;
};

}  // namespace limpid::service::jobs
