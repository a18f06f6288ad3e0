#pragma once

#include "limpid/error.hpp"
#include "service/jobs/database.hpp"

namespace limpid::service::jobs {

/// Make the tables of jobs and webhooks, or bring those of an older version of limpid to this one.
/// @return storage.newer when a newer version wrote them; as Database::open().
[[nodiscard]] Status make_job_tables(Database& database);

}  // namespace limpid::service::jobs
