#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "service/identity/task_thread.hpp"
#include "service/identity/user.hpp"
#include "service/identity/user_store.hpp"

namespace limpid::service::identity {

/// Something that happened to a user, for the audit log.
struct UserEvent {
    /// "user.created", "user.removed", "user.role_changed", "user.disabled", "user.enabled",
    /// "user.password_changed".
    std::string_view name;
    User user;
};

/// What a change came to: events, or why it did not happen. Not a Result: GCC 12 takes one of a
/// vector for uninitialised.
struct Happened {
    std::vector<UserEvent> events = {};
    std::optional<Error> error = {};
};

/// Everybody, in memory as they are on disk, and the hashing of passwords. The disk has a thread,
/// and so has the hashing. Not thread-safe: one thread calls it and runs its executor.
class Accounts {
public:
    template <class T>
    using Done = std::move_only_function<void(Result<T>)>;

    using Told = std::move_only_function<void(Happened)>;

    /// Passwords that may wait to be hashed; more are answered with service.busy.
    static constexpr int kMaxHashing = 16;

    /// Open `path`, and wait for it. @param home  as for TaskThread.
    /// @return as UserStore::open(); memory.exhausted.
    [[nodiscard]] static Result<std::unique_ptr<Accounts>> open(boost::asio::any_io_executor home,
                                                                const std::string& path);
    ~Accounts();
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;

    [[nodiscard]] const std::vector<User>& users() const noexcept { return users_; }
    /// Valid until the executor runs again; null: there is none.
    [[nodiscard]] const User* find(std::string_view name) const noexcept;
    [[nodiscard]] const User* find_id(std::string_view id) const noexcept;
    [[nodiscard]] bool has_administrator() const noexcept;

    /// Is it the password of this user? Takes as long for one that is null.
    /// @return through `done`: service.busy, memory.exhausted.
    void verify(const User* user, security::Secret password, Done<bool> done);
    /// crypto::hash_password(). @return through `done`: as verify().
    void hash(security::Secret password, Done<std::string> done);

    /// As UserStore does it; `done` gets what happened.
    void add(User user, Told done);
    void add_first_administrator(User user, Told done);
    void change(std::string id, UserChange change, security::UnixSeconds now, Told done);
    void remove(std::string id, Told done);
    /// Take over what another process has changed. Twice at a time it does nothing.
    void refresh(Told done);

private:
    Accounts(boost::asio::any_io_executor home, UserStore store, std::vector<User> users,
             std::string nobodys_hash);
    /// Change the store there, and have everybody as they are then here.
    template <class Change>
    void update(Change change, Told done);
    [[nodiscard]] std::vector<UserEvent> take_over(std::vector<User> users);

    /// Touched by its thread alone, from the first task on.
    std::unique_ptr<UserStore> store_;
    std::vector<User> users_;
    /// Of a password that nobody knows.
    std::string nobodys_hash_;
    std::int64_t seen_changes_ = 0;
    /// What refresh() has yet to tell.
    std::vector<UserEvent> by_others_;
    bool refreshing_ = false;
    TaskThread disk_;
    TaskThread hashing_;
};

}  // namespace limpid::service::identity
