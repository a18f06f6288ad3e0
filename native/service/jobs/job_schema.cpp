#include "service/jobs/job_schema.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace limpid::service::jobs {
namespace {

// Statuses are JobStatus's numbers; 0 and 1 wait or run. `sequence` is the order of arrival.
constexpr std::array<std::string_view, 8> kVersion1 = {
    "CREATE TABLE job ("
    " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " owner TEXT NOT NULL,"
    " request_id TEXT NOT NULL,"
    " idempotency_key TEXT,"
    " fingerprint TEXT NOT NULL,"
    " request TEXT NOT NULL,"
    " max_pixels INTEGER NOT NULL,"
    " status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 4),"
    " revision INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " input TEXT,"
    " output TEXT,"
    " output_type TEXT NOT NULL,"
    " output_bytes INTEGER NOT NULL,"
    " error_code TEXT NOT NULL,"
    " error_found TEXT NOT NULL,"
    " created_ms INTEGER NOT NULL,"
    " started_ms INTEGER NOT NULL,"
    " ended_ms INTEGER NOT NULL"
    ") STRICT",
    "CREATE UNIQUE INDEX job_idempotency ON job (owner, idempotency_key)"
    " WHERE idempotency_key IS NOT NULL",
    "CREATE INDEX job_waiting ON job (status, sequence)",
    "CREATE INDEX job_of_owner ON job (owner) WHERE status < 2",
    "CREATE INDEX job_input ON job (input) WHERE input IS NOT NULL",
    "CREATE INDEX job_output ON job (output) WHERE output IS NOT NULL",
    "CREATE INDEX job_ended ON job (ended_ms) WHERE status >= 2",
    "PRAGMA user_version = 1",
};

// Statuses are WebhookStatus's numbers. A row outlives its job while it is pending.
constexpr std::array<std::string_view, 3> kVersion2 = {
    "CREATE TABLE webhook ("
    " job_id TEXT PRIMARY KEY,"
    " url TEXT NOT NULL,"
    " status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),"
    " attempts INTEGER NOT NULL,"
    " due_ms INTEGER NOT NULL,"
    " body TEXT NOT NULL"
    ") STRICT",
    "CREATE INDEX webhook_due ON webhook (due_ms) WHERE status = 1",
    "PRAGMA user_version = 2",
};

// What takes a database of each version to the next one; never change a step that was released. The
// last statement of each says so: PRAGMA takes no parameter.
constexpr std::array<std::span<const std::string_view>, 2> kSteps = {kVersion1, kVersion2};

}  // namespace

Status make_job_tables(Database& database) {
    std::int64_t version = 0;
    {
        Statement statement = database.prepare("PRAGMA user_version");
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        version = statement.integer_at(0);
    }
    if (!std::in_range<std::size_t>(version) || std::cmp_greater(version, kSteps.size())) {
        return fail(ErrorCode::storage_newer, "schema " + std::to_string(version));
    }
    for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) {
        auto transaction = Transaction::begin(database);
        if (!transaction) return std::unexpected(std::move(transaction).error());
        for (const std::string_view table : kSteps.at(step)) {
            if (Status status = database.run(table); !status) return status;
        }
        if (Status status = transaction->commit(); !status) return status;
    }
    return {};
}

}  // namespace limpid::service::jobs
