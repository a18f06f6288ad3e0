#include "service/identity/user_store.hpp"

#include <utility>

namespace limpid::service::identity {
namespace {

constexpr std::int64_t kSchemaVersion = 1;

// NOCASE is of ASCII letters: `Admin` beside `admin` would deceive people.
constexpr std::string_view kTable =
    "CREATE TABLE user ("
    " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    " password_hash TEXT NOT NULL,"
    " role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),"
    " created_at INTEGER NOT NULL,"
    " valid_from INTEGER NOT NULL,"
    " disabled INTEGER NOT NULL CHECK (disabled IN (0, 1))"
    ") STRICT";

// The columns in the order of read_user().
#define LIMPID_USER_COLUMNS "id, name, password_hash, role, created_at, valid_from, disabled"
constexpr std::string_view kList = "SELECT " LIMPID_USER_COLUMNS " FROM user ORDER BY sequence";
constexpr std::string_view kFind = "SELECT " LIMPID_USER_COLUMNS " FROM user WHERE id = ?";
constexpr std::string_view kInsert =
    "INSERT INTO user (" LIMPID_USER_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)";
#undef LIMPID_USER_COLUMNS
constexpr std::string_view kUpdate =
    "UPDATE user SET password_hash = ?, role = ?, valid_from = ?, disabled = ? WHERE id = ?";

Result<User> read_user(const jobs::Statement& row) {
    User user;
    user.id = row.text_at(0);
    user.name = row.text_at(1);
    user.password_hash = row.text_at(2);
    const auto role = parse_role(row.text_at(3));
    if (!role) return fail(ErrorCode::storage_damaged, "a role");
    user.role = *role;
    user.created_at = {row.integer_at(4)};
    user.valid_from = {row.integer_at(5)};
    user.disabled = row.integer_at(6) != 0;
    return user;
}

void apply(const UserChange& change, User& user, security::UnixSeconds now) {
    const bool enabled = change.disabled && user.disabled && !*change.disabled;
    if (change.role) user.role = *change.role;
    if (change.disabled) user.disabled = *change.disabled;
    if (change.password_hash) user.password_hash = *change.password_hash;
    if (change.password_hash || enabled) user.valid_from = now;
}

}  // namespace

bool administers(const User& user) noexcept { return user.role == Role::admin && !user.disabled; }

Result<UserStore> UserStore::open(const std::string& path) {
    auto database = jobs::Database::open(path, jobs::Sharing::shared);
    if (!database) return std::unexpected(std::move(database).error());
    UserStore store(*std::move(database));
    if (Status status = store.make_tables(); !status) {
        return std::unexpected(std::move(status).error());
    }
    return store;
}

Status UserStore::make_tables() {
    // First, as another process may do the same.
    auto transaction = jobs::Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    std::int64_t version = 0;
    {
        jobs::Statement statement = database_.prepare("PRAGMA user_version");
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        version = statement.integer_at(0);
    }
    if (version == kSchemaVersion) return {};
    if (version != 0) return fail(ErrorCode::storage_newer, "schema " + std::to_string(version));
    if (Status status = database_.run(kTable); !status) return status;
    static_assert(kSchemaVersion == 1, "PRAGMA takes no parameter: write the version here");
    if (Status status = database_.run("PRAGMA user_version = 1"); !status) return status;
    return transaction->commit();
}

Result<std::vector<User>> UserStore::list() {
    std::vector<User> users;
    jobs::Statement statement = database_.prepare(kList);
    while (true) {
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return users;
        auto user = read_user(statement);
        if (!user) return std::unexpected(std::move(user).error());
        users.push_back(*std::move(user));
    }
}

Result<std::int64_t> UserStore::changes_of_others() {
    jobs::Statement statement = database_.prepare("PRAGMA data_version");
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    return statement.integer_at(0);
}

Result<User> UserStore::find(std::string_view id) {
    jobs::Statement statement = database_.prepare(kFind);
    const auto row = statement.text(id).step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return fail(ErrorCode::user_not_found);
    return read_user(statement);
}

Result<bool> UserStore::has_administrator() {
    jobs::Statement statement =
        database_.prepare("SELECT 1 FROM user WHERE role = 'admin' AND disabled = 0 LIMIT 1");
    return statement.step();
}

Status UserStore::insert(const User& user) {
    {
        jobs::Statement count = database_.prepare("SELECT count(*) FROM user");
        const auto row = count.step();
        if (!row) return std::unexpected(row.error());
        if (count.integer_at(0) >= kMaxUsers) {
            return fail(ErrorCode::argument_invalid,
                        "there are " + std::to_string(kMaxUsers) + " users already");
        }
        jobs::Statement same = database_.prepare("SELECT 1 FROM user WHERE name = ?");
        const auto found = same.text(user.name).step();
        if (!found) return std::unexpected(found.error());
        if (*found) return fail(ErrorCode::user_exists);
    }
    return database_.prepare(kInsert)
        .text(user.id)
        .text(user.name)
        .text(user.password_hash)
        .text(to_string(user.role))
        .integer(user.created_at.value)
        .integer(user.valid_from.value)
        .integer(user.disabled ? 1 : 0)
        .run();
}

Status UserStore::add(const User& user) {
    auto transaction = jobs::Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    if (Status status = insert(user); !status) return status;
    return transaction->commit();
}

Status UserStore::add_first_administrator(const User& user) {
    auto transaction = jobs::Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    const auto closed = has_administrator();
    if (!closed) return std::unexpected(closed.error());
    if (*closed) return fail(ErrorCode::setup_closed);
    if (Status status = insert(user); !status) return status;
    return transaction->commit();
}

Status UserStore::keep_administrator(const User& before) {
    if (!administers(before)) return {};
    const auto one = has_administrator();
    if (!one) return std::unexpected(one.error());
    return *one ? Status() : fail(ErrorCode::user_last_administrator);
}

Result<User> UserStore::change(std::string_view id, const UserChange& change,
                               security::UnixSeconds now) {
    auto transaction = jobs::Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    auto before = find(id);
    if (!before) return before;
    User user = *before;
    apply(change, user, now);
    Status status = database_.prepare(kUpdate)
                        .text(user.password_hash)
                        .text(to_string(user.role))
                        .integer(user.valid_from.value)
                        .integer(user.disabled ? 1 : 0)
                        .text(id)
                        .run();
    if (status) status = keep_administrator(*before);
    if (status) status = transaction->commit();
    if (!status) return std::unexpected(std::move(status).error());
    return user;
}

Result<User> UserStore::remove(std::string_view id) {
    auto transaction = jobs::Transaction::begin(database_);
    if (!transaction) return std::unexpected(std::move(transaction).error());
    auto user = find(id);
    if (!user) return user;
    Status status = database_.prepare("DELETE FROM user WHERE id = ?").text(id).run();
    if (status) status = keep_administrator(*user);
    if (status) status = transaction->commit();
    if (!status) return std::unexpected(std::move(status).error());
    return user;
}

}  // namespace limpid::service::identity
