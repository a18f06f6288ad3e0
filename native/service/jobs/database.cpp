#include "service/jobs/database.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sqlite3.h>

#include "platform/file_descriptor.hpp"
#include "platform/write_file.hpp"
#include "service/jobs/storage_error.hpp"

namespace limpid::service::jobs {
namespace {

// How long a service that ends may still hold the database when the next one starts.
constexpr int kBusyTimeoutMs = 2000;

/// What SQLite's last call on `database` failed with. The texts are SQLite's own and hold no value.
Error error_of(sqlite3* database) {
    const int result = sqlite3_extended_errcode(database);
    const std::string text = sqlite3_errstr(result);
    switch (result & 0xff) {
        case SQLITE_FULL:
            return Error(ErrorCode::storage_full);
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            if (means_full(sqlite3_system_errno(database))) return Error(ErrorCode::storage_full);
            return Error(ErrorCode::storage_failed, text);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Error(ErrorCode::storage_damaged, text);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Error(ErrorCode::storage_in_use, text);
        case SQLITE_NOMEM:
            return Error(ErrorCode::memory_exhausted);
        default:
            return Error(ErrorCode::storage_failed, text);
    }
}

/// SQLite would make the file with the permissions that the umask leaves, and gives its other files
/// those of the first.
Status make_private(const std::string& path) {
    const platform::FileDescriptor file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, platform::kPrivateMode));
    if (file.valid()) return {};
    return std::unexpected(storage_error("opening the database", errno));
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

void Statement::note(int result) {
    if (result != SQLITE_OK && !error_) error_ = error_of(database_);
}

Statement& Statement::text(std::string_view value) {
    // A null pointer would be NULL and no text. The last null: SQLite neither copies nor frees it.
    note(sqlite3_bind_text64(statement_.get(), next_++, value.empty() ? "" : value.data(),
                             value.size(), nullptr, SQLITE_UTF8));
    return *this;
}

Statement& Statement::integer(std::int64_t value) {
    note(sqlite3_bind_int64(statement_.get(), next_++, value));
    return *this;
}

Statement& Statement::optional_text(std::string_view value) {
    if (!value.empty()) return text(value);
    note(sqlite3_bind_null(statement_.get(), next_++));
    return *this;
}

Result<bool> Statement::step() {
    if (error_) return std::unexpected(*error_);
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    error_ = error_of(database_);
    return std::unexpected(*error_);
}

Status Statement::run() {
    while (true) {
        const auto row = step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return {};
    }
}

std::string Statement::text_at(int column) const {
    const unsigned char* const text = sqlite3_column_text(statement_.get(), column);
    if (text == nullptr) return {};
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

std::int64_t Statement::integer_at(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* database) const noexcept {
    // Statements are finalised before: nothing can be left over.
    sqlite3_close_v2(database);
}

Result<Database> Database::open(const std::string& path, Sharing sharing) {
    if (Status status = make_private(path); !status) {
        return std::unexpected(std::move(status).error());
    }
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(path.c_str(), &handle,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (handle == nullptr) return fail(ErrorCode::memory_exhausted);
    Database database(handle);
    if (result != SQLITE_OK) return std::unexpected(error_of(handle));
    if (Status status = database.configure(sharing); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (Status status = database.check(); !status) {
        return std::unexpected(std::move(status).error());
    }
    return database;
}

Status Database::configure(Sharing sharing) {
    sqlite3_busy_timeout(database_.get(), kBusyTimeoutMs);
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    // Exclusive first: then the log needs no memory shared between processes, and a second service
    // is kept out.
    if (sharing == Sharing::exclusive) {
        if (Status status = run("PRAGMA locking_mode = EXCLUSIVE"); !status) return status;
    }
    constexpr std::array<std::string_view, 4> kPragmas = {
        "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY"};
    for (const std::string_view pragma : kPragmas) {
        if (Status status = run(pragma); !status) return status;
    }
    return {};
}

Status Database::check() {
    Statement statement = prepare("PRAGMA quick_check(1)");
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row || statement.text_at(0) != "ok") {
        return fail(ErrorCode::storage_damaged, "the database does not pass its check");
    }
    return {};
}

Statement Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                          &statement, nullptr);
    std::optional<Error> error;
    if (result != SQLITE_OK) error = error_of(database_.get());
    return {database_.get(), statement, std::move(error)};
}

Result<Transaction> Transaction::begin(Database& database) {
    if (Status status = database.run("BEGIN IMMEDIATE"); !status) {
        return std::unexpected(std::move(status).error());
    }
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    // After some errors SQLite has undone it already.
    if (database_ != nullptr && sqlite3_get_autocommit(database_->database_.get()) == 0) {
        static_cast<void>(database_->run("ROLLBACK"));
    }
}

Status Transaction::commit() {
    Status status = database_->run("COMMIT");
    if (status) database_ = nullptr;
    return status;
}

}  // namespace limpid::service::jobs
