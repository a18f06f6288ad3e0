#include "service/jobs/job_store.hpp"

#include <array>
#include <span>
#include <utility>

#include "service/jobs/job_json.hpp"
#include "service/jobs/webhook_table.hpp"

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

// The columns in the order of read_record().
#define LIMPID_JOB_COLUMNS                                                                        \
    "id, owner, request_id, idempotency_key, fingerprint, request, max_pixels, status, revision," \
    " attempts, input, output, output_type, output_bytes, error_code, error_found, created_ms,"   \
    " started_ms, ended_ms"
constexpr std::string_view kFindById = "SELECT " LIMPID_JOB_COLUMNS " FROM job WHERE id = ?";
constexpr std::string_view kFindByKey =
    "SELECT " LIMPID_JOB_COLUMNS " FROM job WHERE owner = ? AND idempotency_key = ?";
constexpr std::string_view kFirstQueued =
    "SELECT " LIMPID_JOB_COLUMNS " FROM job WHERE status = 0 ORDER BY sequence LIMIT 1";
constexpr std::string_view kEndedBefore =
    "SELECT " LIMPID_JOB_COLUMNS " FROM job WHERE status >= 2 AND ended_ms < ? LIMIT ?";
constexpr std::string_view kInsert =
    "INSERT INTO job (" LIMPID_JOB_COLUMNS
    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
#undef LIMPID_JOB_COLUMNS

JobRecord read_record(const Statement& row) {
    JobRecord job;
    job.id = row.text_at(0);
    job.owner = row.text_at(1);
    job.request_id = row.text_at(2);
    job.idempotency_key = row.text_at(3);
    job.fingerprint = row.text_at(4);
    job.request = row.text_at(5);
    job.max_pixels = static_cast<std::uint64_t>(row.integer_at(6));
    job.status = static_cast<JobStatus>(row.integer_at(7));
    job.revision = row.integer_at(8);
    job.attempts = row.integer_at(9);
    job.input = row.text_at(10);
    job.output = row.text_at(11);
    job.output_type = row.text_at(12);
    job.output_bytes = row.integer_at(13);
    job.error_code = row.text_at(14);
    job.error_found = row.text_at(15);
    job.created_ms = row.integer_at(16);
    job.started_ms = row.integer_at(17);
    job.ended_ms = row.integer_at(18);
    return job;
}

std::int64_t number_of(JobStatus status) { return static_cast<std::int64_t>(status); }

}  // namespace

Result<JobStore> JobStore::open(const std::string& path) {
    // Storage lets one service in; a backup reads beside it.
    auto database = Database::open(path, Sharing::shared);
    if (!database) return std::unexpected(std::move(database).error());
    JobStore store(*std::move(database));
    if (Status status = store.make_tables(); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (Status status = store.count(); !status) return std::unexpected(std::move(status).error());
    return store;
}

Status JobStore::make_tables() {
    std::int64_t version = 0;
    {
        Statement statement = database_.prepare("PRAGMA user_version");
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        version = statement.integer_at(0);
    }
    if (!std::in_range<std::size_t>(version) || std::cmp_greater(version, kSteps.size())) {
        return fail(ErrorCode::storage_newer, "schema " + std::to_string(version));
    }
    for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) {
        auto transaction = Transaction::begin(database_);
        if (!transaction) return std::unexpected(std::move(transaction).error());
        for (const std::string_view table : kSteps.at(step)) {
            if (Status status = database_.run(table); !status) return status;
        }
        if (Status status = transaction->commit(); !status) return status;
    }
    return {};
}

Status JobStore::count() {
    counts_ = {};
    Statement statement = database_.prepare("SELECT status, count(*) FROM job GROUP BY status");
    while (true) {
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return {};
        count_of(static_cast<JobStatus>(statement.integer_at(0))) = statement.integer_at(1);
    }
}

Result<std::optional<JobRecord>> JobStore::read_one(Statement statement) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return read_record(statement);
}

Result<std::optional<JobRecord>> JobStore::find(std::string_view id) {
    Statement statement = database_.prepare(kFindById);
    statement.text(id);
    return read_one(std::move(statement));
}

Result<std::optional<JobRecord>> JobStore::find_by_key(std::string_view owner,
                                                       std::string_view idempotency_key) {
    Statement statement = database_.prepare(kFindByKey);
    statement.text(owner).text(idempotency_key);
    return read_one(std::move(statement));
}

Result<std::optional<JobRecord>> JobStore::first_queued() {
    return read_one(database_.prepare(kFirstQueued));
}

Result<std::int64_t> JobStore::count_unended(std::string_view owner) {
    Statement statement =
        database_.prepare("SELECT count(*) FROM job WHERE owner = ? AND status < 2");
    statement.text(owner);
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    return statement.integer_at(0);
}

Result<std::vector<JobRecord>> JobStore::ended_before(std::int64_t ended_ms, std::size_t limit) {
    Statement statement = database_.prepare(kEndedBefore);
    statement.integer(ended_ms).integer(static_cast<std::int64_t>(limit));
    std::vector<JobRecord> jobs;
    while (true) {
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return jobs;
        jobs.push_back(read_record(statement));
    }
}

Result<bool> JobStore::names_blob(std::string_view key) {
    Statement statement =
        database_.prepare("SELECT 1 FROM job WHERE input = ?1 OR output = ?1 LIMIT 1");
    statement.text(key);
    return statement.step();
}

Status JobStore::insert_row(const JobRecord& job) {
    Statement statement = database_.prepare(kInsert);
    statement.text(job.id).text(job.owner).text(job.request_id);
    statement.optional_text(job.idempotency_key).text(job.fingerprint).text(job.request);
    statement.integer(static_cast<std::int64_t>(job.max_pixels)).integer(number_of(job.status));
    statement.integer(job.revision).integer(job.attempts);
    statement.optional_text(job.input).optional_text(job.output).text(job.output_type);
    statement.integer(job.output_bytes).text(job.error_code).text(job.error_found);
    statement.integer(job.created_ms).integer(job.started_ms).integer(job.ended_ms);
    return statement.run();
}

Status JobStore::insert(const JobRecord& job) {
    auto transaction = Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    if (Status status = insert_row(job); !status) return status;
    if (job.webhook) {
        const Status status = WebhookTable(database_).insert(job.id, job.webhook->url);
        if (!status) return status;
    }
    if (Status status = transaction->commit(); !status) return status;
    ++count_of(job.status);
    return {};
}

Status JobStore::save_row(const JobRecord& job) {
    Statement statement = database_.prepare(
        "UPDATE job SET status = ?, revision = ?, attempts = ?, input = ?, output = ?,"
        " output_type = ?, output_bytes = ?, error_code = ?, error_found = ?, started_ms = ?,"
        " ended_ms = ? WHERE id = ?");
    statement.integer(number_of(job.status)).integer(job.revision + 1).integer(job.attempts);
    statement.optional_text(job.input).optional_text(job.output).text(job.output_type);
    statement.integer(job.output_bytes).text(job.error_code).text(job.error_found);
    statement.integer(job.started_ms).integer(job.ended_ms).text(job.id);
    return statement.run();
}

void JobStore::count_saved(JobRecord& job, JobStatus before) {
    ++job.revision;
    --count_of(before);
    ++count_of(job.status);
}

Status JobStore::save(JobRecord& job, JobStatus before) {
    if (Status status = save_row(job); !status) return status;
    count_saved(job, before);
    return {};
}

Status JobStore::save_ended(JobRecord& job, JobStatus before) {
    auto transaction = Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    if (Status status = save_row(job); !status) return status;
    const Status armed = WebhookTable(database_).arm(job.id, webhook_json(job), job.ended_ms);
    if (!armed) return armed;
    if (Status status = transaction->commit(); !status) return status;
    count_saved(job, before);
    return {};
}

Status JobStore::remove(const std::vector<JobRecord>& jobs) {
    auto transaction = Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    for (const JobRecord& job : jobs) {
        Statement statement = database_.prepare("DELETE FROM job WHERE id = ?");
        if (Status status = statement.text(job.id).run(); !status) return status;
    }
    if (Status status = transaction->commit(); !status) return status;
    for (const JobRecord& job : jobs) --count_of(job.status);
    return {};
}

Status JobStore::requeue_running() {
    if (Status status =
            database_.run("UPDATE job SET status = 0, revision = revision + 1 WHERE status = 1");
        !status) {
        return status;
    }
    return count();
}

}  // namespace limpid::service::jobs
