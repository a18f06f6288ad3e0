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
#include "limpid/security/types.hpp"
#include "service/authenticator.hpp"
#include "service/http_message.hpp"
#include "service/identity/accounts.hpp"
#include "service/identity/session_store.hpp"
#include "service/identity/setup_token.hpp"
#include "service/settings.hpp"

namespace limpid::service::identity {

/// A session and whose it is.
struct LoggedIn {
    User user;
    Session session;
};

/// Somebody who is to be made.
struct NewUser {
    std::string name;
    Role role = Role::viewer;
    security::Secret password;
};

/// Users and their sessions. Not thread-safe: one thread calls it and runs its executor. Answers
/// come from within the call or later; the object must outlive them.
class Identity final : public SessionSource {
public:
    template <class T>
    using Done = std::move_only_function<void(Result<T>)>;
    using Told = Accounts::Told;

    /// Open users.db in settings.state_dir, and wait for it.
    /// @param random  borrowed.
    /// @return as open_state_folder() and UserStore::open(); config.invalid_value.
    [[nodiscard]] static Result<std::unique_ptr<Identity>> open(
        boost::asio::any_io_executor executor, const Settings& settings,
        std::unique_ptr<SessionStore> sessions, security::RandomSource& random);

    /// While there is no administrator: a new token that the first is made with, for the operator
    /// to see once. @return memory.exhausted.
    [[nodiscard]] Result<std::optional<security::Secret>> open_setup(security::UnixSeconds now);
    /// Make the first administrator. @return through `done`: setup.closed, user.weak_password,
    /// argument.invalid, token.malformed, token.unknown, token.expired, service.busy; as
    /// UserStore::add().
    void set_up(std::string_view token, NewUser user, security::UnixSeconds now, Told done);

    [[nodiscard]] bool has_session(const RequestHead& head) const override;
    /// @return through `done`: token.unknown, session.forged_request, store.unavailable.
    void async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                            security::UnixSeconds now, Authenticated done) override;

    /// What a new session begins with: the header that hands its token to the browser.
    struct Begun {
        LoggedIn who;
        std::string set_cookie;
    };
    /// Begin a session; one that the request carries ends. @return through `done`: login.refused,
    /// service.busy, token.store_full, store.unavailable, memory.exhausted.
    void log_in(const RequestHead& head, std::string_view name, security::Secret password,
                security::UnixSeconds now, Done<Begun> done);
    /// The session of a request. @return through `done`: token.unknown, store.unavailable.
    void find(const RequestHead& head, security::UnixSeconds now, Done<LoggedIn> done);
    /// End the session of a request. @return through `done`: store.unavailable.
    void log_out(const RequestHead& head, SessionStore::Done done);
    /// The header that makes the browser forget its token.
    [[nodiscard]] std::string clearing_cookie(const RequestHead& head) const;

    [[nodiscard]] const Accounts& accounts() const noexcept { return *accounts_; }
    /// @return through `done`: user.weak_password, argument.invalid, service.busy; as
    ///         UserStore::add(), change() and remove().
    void add_user(NewUser user, security::UnixSeconds now, Told done);
    void change_user(const std::string& id, UserChange change,
                     std::optional<security::Secret> password, security::UnixSeconds now,
                     Told done);
    void remove_user(const std::string& id, Told done);
    /// Give the user of a request's session another password, which ends all their sessions.
    /// @return through `done`: login.refused for a wrong old one; as find() and change_user().
    void change_own_password(const RequestHead& head, security::Secret old_password,
                             security::Secret new_password, security::UnixSeconds now, Told done);
    /// Take over what another process has changed. Call it twice a second.
    void refresh(Told done);

private:
    Identity(const Settings& settings, bool is_local, std::unique_ptr<Accounts> accounts,
             std::unique_ptr<SessionStore> sessions, security::RandomSource& random)
        : accounts_(std::move(accounts)),
          sessions_(std::move(sessions)),
          random_(random),
          session_ttl_s_(settings.session_ttl_s),
          is_local_(is_local) {}

    /// Does the request's cookie go over TLS only?
    [[nodiscard]] bool is_secure(const RequestHead& head) const;
    [[nodiscard]] std::string token_of(const RequestHead& head) const;
    void begin(User user, const RequestHead& head, security::UnixSeconds now, Done<Begun> done);
    void make_user(NewUser user, security::UnixSeconds now, Done<User> done);
    /// End the sessions of whoever may not have them any more, then tell.
    [[nodiscard]] Told ending_sessions(Told done);

    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<SessionStore> sessions_;
    security::RandomSource& random_;
    SetupToken setup_;
    std::uint64_t session_ttl_s_;
    /// May a cookie go over plain HTTP? Only this machine can listen there then.
    bool is_local_;
};

}  // namespace limpid::service::identity
