#pragma once

#include <string>

#include "service/jobs/job_record.hpp"

namespace limpid::service::jobs {

/// The path of a job.
[[nodiscard]] std::string job_path(const JobRecord& job);

/// What a client is told of a job: id, status, times, attempts, links; the output's type, size and
/// SHA-256 when it is done; the problem (RFC 9457) when it failed; how far its webhook is, where it
/// has one and that was read. One line of JSON.
[[nodiscard]] std::string job_json(const JobRecord& job);

/// What a webhook tells of a job that has ended, in the form of Standard Webhooks: `type`
/// (job.done, job.failed, job.cancelled), `timestamp`, and the job as `data`.
[[nodiscard]] std::string webhook_json(const JobRecord& job);

}  // namespace limpid::service::jobs
