#include "service/jobs/job_json.hpp"
#include "platform/clock.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "limpid/error.hpp"
#include "limpid/security/problem.hpp"

namespace limpid::service::jobs {
namespace {

/// A code that a later version wrote is unknown here.
ErrorCode stored_error(std::string_view code) {
#define LIMPID_ERROR(identifier, text, sentence, hint, http_status, exit_code, visibility) \
    if (code == (text)) return ErrorCode::identifier;
#include "limpid/errors.def"
#undef LIMPID_ERROR
    return ErrorCode::internal_failure;
}

nlohmann::json problem_of(const JobRecord& job) {
    security::ProblemContext context;
    context.request_id = job.request_id;
    const Error error(stored_error(job.error_code), job.error_found);
    return nlohmann::json::parse(security::problem_json(error, context), nullptr, false);
}

std::string time_text(std::int64_t ms) {
    return platform::utc_timestamp(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms)));
}

nlohmann::json job_object(const JobRecord& job) {
    const std::string path = job_path(job);
    nlohmann::json out = {{"id", job.id},
                          {"status", std::string(to_string(job.status))},
                          {"attempts", job.attempts},
                          {"created", time_text(job.created_ms)},
                          {"links", {{"self", path}, {"events", path + "/events"}}}};
    if (job.started_ms != 0) out["started"] = time_text(job.started_ms);
    if (job.ended_ms != 0) out["ended"] = time_text(job.ended_ms);
    if (job.status == JobStatus::done) {
        out["links"]["output"] = path + "/output";
        out["output"] = {
            {"media_type", job.output_type}, {"bytes", job.output_bytes}, {"sha256", job.output}};
    }
    if (job.status == JobStatus::failed) out["error"] = problem_of(job);
    if (job.webhook) {
        out["webhook"] = {{"status", std::string(to_string(job.webhook->status))},
                          {"attempts", job.webhook->attempts}};
    }
    return out;
}

std::string dumped(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string job_path(const JobRecord& job) { return "/v1/jobs/" + job.id; }

std::string job_json(const JobRecord& job) { return dumped(job_object(job)); }

std::string webhook_json(const JobRecord& job) {
    nlohmann::json data = job_object(job);
    // It tells of the job, not of itself.
    data.erase("webhook");
    return dumped({{"type", "job." + std::string(to_string(job.status))},
                   {"timestamp", time_text(job.ended_ms)},
                   {"data", std::move(data)}});
}

}  // namespace limpid::service::jobs
