#include "service/jobs/job_store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "service/jobs/job_json.hpp"
#include "service/jobs/job_schema.hpp"
#include "service/jobs/webhook_table.hpp"

namespace limpid::service::jobs {
namespace {

// What is made of job_columns.def. Each list goes on after `sequence`, which SQLite chooses.
#define LIMPID_JOB_STATE(name, kind) LIMPID_JOB_COLUMN(name, kind)
#define LIMPID_JOB_COLUMN(name, kind) ", " #name
constexpr std::string_view kNames = "sequence"
#include "service/jobs/job_columns.def"
    ;
#undef LIMPID_JOB_COLUMN
#define LIMPID_JOB_COLUMN(name, kind) ", ?"
constexpr std::string_view kPlaces = "NULL"
#include "service/jobs/job_columns.def"
    ;
#undef LIMPID_JOB_COLUMN
#undef LIMPID_JOB_STATE
#define LIMPID_JOB_COLUMN(name, kind)
#define LIMPID_JOB_STATE(name, kind) ", " #name " = ?"
constexpr std::string_view kChanges = "revision = revision + 1"
#include "service/jobs/job_columns.def"
    ;
#undef LIMPID_JOB_COLUMN
#undef LIMPID_JOB_STATE

/// A statement whose rows read_record() reads. @param which  a literal.
Statement selection(Database& database, std::string_view which) {
    return database.prepare(
        std::string("SELECT ").append(kNames).append(" FROM job ").append(which));
}

Statement insertion(Database& database) {
    return database.prepare(std::string("INSERT INTO job (")
                                .append(kNames)
                                .append(") VALUES (")
                                .append(kPlaces)
                                .append(")"));
}

Statement saving(Database& database) {
    return database.prepare(
        std::string("UPDATE job SET ").append(kChanges).append(" WHERE id = ?"));
}

enum class ColumnKind : std::uint8_t { text, optional, number };

/// Bind a member of a record to the next parameter.
template <ColumnKind kind, class Member>
void bind(Statement& statement, const Member& member) {
    if constexpr (kind == ColumnKind::text) {
        statement.text(member);
    } else if constexpr (kind == ColumnKind::optional) {
        statement.optional_text(member);
    } else {
        statement.integer(static_cast<std::int64_t>(member));
    }
}

template <ColumnKind kind, class Member>
void take(const Statement& row, int column, Member& member) {
    if constexpr (kind == ColumnKind::number) {
        member = static_cast<Member>(row.integer_at(column));
    } else {
        member = row.text_at(column);
    }
}

JobRecord read_record(const Statement& row) {
    JobRecord job;
    int column = 0;  // of `sequence`
#define LIMPID_JOB_STATE(name, kind) LIMPID_JOB_COLUMN(name, kind)
#define LIMPID_JOB_COLUMN(name, kind) take<ColumnKind::kind>(row, ++column, job.name);
#include "service/jobs/job_columns.def"
#undef LIMPID_JOB_COLUMN
#undef LIMPID_JOB_STATE
    return job;
}

}  // namespace

Result<JobStore> JobStore::open(const std::string& path) {
    // Storage lets one service in; a backup reads beside it.
    auto database = Database::open(path, Sharing::shared);
    if (!database) return std::unexpected(std::move(database).error());
    JobStore store(*std::move(database));
    if (Status status = make_job_tables(store.database_); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (Status status = store.count(); !status) return std::unexpected(std::move(status).error());
    return store;
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
    Statement statement = selection(database_, "WHERE id = ?");
    statement.text(id);
    return read_one(std::move(statement));
}

Result<std::optional<JobRecord>> JobStore::find_by_key(std::string_view owner,
                                                       std::string_view idempotency_key) {
    Statement statement = selection(database_, "WHERE owner = ? AND idempotency_key = ?");
    statement.text(owner).text(idempotency_key);
    return read_one(std::move(statement));
}

Result<std::optional<JobRecord>> JobStore::first_queued() {
    return read_one(selection(database_, "WHERE status = 0 ORDER BY sequence LIMIT 1"));
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
    Statement statement = selection(database_, "WHERE status >= 2 AND ended_ms < ? LIMIT ?");
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
    Statement statement = insertion(database_);
#define LIMPID_JOB_STATE(name, kind) LIMPID_JOB_COLUMN(name, kind)
#define LIMPID_JOB_COLUMN(name, kind) bind<ColumnKind::kind>(statement, job.name);
#include "service/jobs/job_columns.def"
#undef LIMPID_JOB_COLUMN
#undef LIMPID_JOB_STATE
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
    Statement statement = saving(database_);
#define LIMPID_JOB_COLUMN(name, kind)
#define LIMPID_JOB_STATE(name, kind) bind<ColumnKind::kind>(statement, job.name);
#include "service/jobs/job_columns.def"
#undef LIMPID_JOB_COLUMN
#undef LIMPID_JOB_STATE
    statement.text(job.id);
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
