#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace limpid::service::jobs {

/// A statement of constant text; values are bound to its parameters and never written into it.
class Statement {
public:
    /// Bind the next parameter, counted from the first. A text is borrowed until the statement has
    /// been run.
    Statement& text(std::string_view value);
    Statement& integer(std::int64_t value);
    /// NULL for an empty text.
    Statement& optional_text(std::string_view value);

    /// Go on to the next row. @return is there one; as Database::open().
    [[nodiscard]] Result<bool> step();
    /// Run to the end. @return as step().
    [[nodiscard]] Status run();

    /// Columns of the row, from 0; NULL reads as an empty text and as 0. Valid after a step() that
    /// found a row.
    [[nodiscard]] std::string text_at(int column) const;
    [[nodiscard]] std::int64_t integer_at(int column) const;

private:
    friend class Database;
    struct Finalise {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    Statement(sqlite3* database, sqlite3_stmt* statement, std::optional<Error> error)
        : database_(database), statement_(statement), error_(std::move(error)) {}
    void note(int result);

    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalise> statement_;
    int next_ = 1;
    /// The first thing that went wrong; told by step().
    std::optional<Error> error_;
};

/// Who may use a database: this process alone, or several at a time.
enum class Sharing : std::uint8_t { exclusive, shared };

/// A SQLite database. Not thread-safe.
class Database {
public:
    /// Open or make it, mode 0600. What is committed is on the disk when the commit returns (a
    /// write-ahead log, synchronous=FULL).
    /// @return storage.full where there is no room; storage.damaged when it does not pass SQLite's
    ///         check; storage.in_use while another process has it, or for two seconds
    ///         changes one that is shared; storage.failed;
    ///         memory.exhausted.
    [[nodiscard]] static Result<Database> open(const std::string& path,
                                               Sharing sharing = Sharing::exclusive);

    /// Make ready. Errors are told by step(). @param sql  one statement, of literals; it is copied.
    [[nodiscard]] Statement prepare(std::string_view sql);
    /// Run one statement without parameters. @return as open().
    [[nodiscard]] Status run(std::string_view sql) { return prepare(sql).run(); }

private:
    friend class Transaction;
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    explicit Database(sqlite3* database) noexcept : database_(database) {}
    [[nodiscard]] Status configure(Sharing sharing);
    [[nodiscard]] Status check();

    std::unique_ptr<sqlite3, Close> database_;
};

/// Changes that happen together or not at all: undone unless commit() succeeded.
class Transaction {
public:
    /// @return as Database::open().
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    /// @return as Database::open().
    [[nodiscard]] Status commit();

private:
    explicit Transaction(Database& database) noexcept : database_(&database) {}
    Database* database_;
};

}  // namespace limpid::service::jobs
