#include "service/jobs/job_record.hpp"

namespace limpid::service::jobs {

std::string_view to_string(JobStatus status) noexcept {
    switch (status) {
        case JobStatus::queued:
            return "queued";
        case JobStatus::running:
            return "running";
        case JobStatus::done:
            return "done";
        case JobStatus::failed:
            return "failed";
        case JobStatus::cancelled:
            return "cancelled";
    }
    return "failed";
}

}  // namespace limpid::service::jobs
