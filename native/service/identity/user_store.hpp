#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "service/identity/user.hpp"
#include "service/jobs/database.hpp"

namespace limpid::service::identity {

/// Users on disk: a SQLite database that `limpidd users` changes while the service runs. There is
/// always an administrator who can log in, once there was one. Not thread-safe.
class UserStore {
public:
    static constexpr std::int64_t kMaxUsers = 10'000;

    /// Open or make the database, mode 0600. @return as Database::open(); storage.newer.
    [[nodiscard]] static Result<UserStore> open(const std::string& path);

    /// Everybody, in the order in which they came. @return as Database::open().
    [[nodiscard]] Result<std::vector<User>> list();
    /// A number that changes when another process has changed something. @return as list().
    [[nodiscard]] Result<std::int64_t> changes_of_others();

    /// Keep a new user. @return user.exists, also for a name that differs in the case of ASCII
    /// letters only; argument.invalid beyond kMaxUsers; as list().
    [[nodiscard]] Status add(const User& user);
    /// Keep the first administrator. @return setup.closed when there is one; as add().
    [[nodiscard]] Status add_first_administrator(const User& user);
    /// @return the user as it is now; user.not_found, user.last_administrator; as list().
    [[nodiscard]] Result<User> change(std::string_view id, const UserChange& change,
                                      security::UnixSeconds now);
    /// @return the user as it was; as change().
    [[nodiscard]] Result<User> remove(std::string_view id);

private:
    explicit UserStore(jobs::Database database) : database_(std::move(database)) {}
    [[nodiscard]] Status make_tables();
    [[nodiscard]] Status insert(const User& user);
    [[nodiscard]] Result<User> find(std::string_view id);
    [[nodiscard]] Result<bool> has_administrator();
    [[nodiscard]] Status keep_administrator(const User& before);

    jobs::Database database_;
};

/// Can the user log in as an administrator?
[[nodiscard]] bool administers(const User& user) noexcept;

}  // namespace limpid::service::identity
