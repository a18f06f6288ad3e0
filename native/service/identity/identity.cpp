#include "service/identity/identity.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "crypto/password_hash.hpp"
#include "limpid/digest.hpp"
#include "limpid/security/encoding.hpp"
#include "service/exchange.hpp"
#include "service/identity/password_policy.hpp"
#include "service/identity/session_cookie.hpp"
#include "service/jobs/state_folder.hpp"
#include "service/listen_address.hpp"

namespace limpid::service::identity {
namespace {

/// 2 * 16 hex digits for an id, 2 * 32 for what must not be guessed.
template <std::size_t bytes>
std::string random_hex(security::RandomSource& random) {
    std::array<std::byte, bytes> drawn{};
    random.fill(drawn);
    return security::encode_hex(drawn);
}

Sha256 key_of(std::string_view token) { return sha256(std::as_bytes(std::span(token))); }

Result<bool> listens_at_loopback(const Settings& settings) {
    const auto listen = parse_listen_address(settings.listen);
    if (!listen) return std::unexpected(listen.error());
    // What is behind a Unix socket is a proxy, and others are before it.
    return listen->unix_path.empty() && std::ranges::all_of(listen->addresses, is_loopback);
}

/// Browsers say from where a page asks (Fetch Metadata); other programs say nothing.
bool is_cross_site(const RequestHead& head) {
    return head.field("Sec-Fetch-Site").value_or("") == "cross-site";
}

/// A browser sends the cookie by itself, so what changes something must also show what only a page
/// of this service knows.
Status check_origin(const RequestHead& head, const Session& session) {
    if (is_cross_site(head)) return fail(ErrorCode::session_forged_request, "Sec-Fetch-Site");
    if (head.method == "GET" || head.method == "HEAD") return {};
    const std::string token = head.field("X-CSRF-Token").value_or("");
    if (crypto::equal_in_constant_time(token, session.csrf_token)) return {};
    return fail(ErrorCode::session_forged_request, "X-CSRF-Token");
}

/// Whose sessions end with what happened?
bool ends_sessions(const UserEvent& event) {
    return event.name == "user.removed" || event.name == "user.disabled" ||
           event.name == "user.password_changed";
}

Happened failed(ErrorCode code) { return {.error = Error(code)}; }

Status check_new_user(const NewUser& user) {
    if (Status status = check_user_name(user.name); !status) return status;
    return check_password(user.name, user.password);
}

}  // namespace

Result<std::unique_ptr<Identity>> Identity::open(boost::asio::any_io_executor executor,
                                                 const Settings& settings,
                                                 std::unique_ptr<SessionStore> sessions,
                                                 security::RandomSource& random) {
    const auto is_local = listens_at_loopback(settings);
    if (!is_local) return std::unexpected(is_local.error());
    const auto folder = jobs::open_state_folder(settings.state_dir);
    if (!folder) return std::unexpected(folder.error());
    auto accounts = Accounts::open(std::move(executor), settings.state_dir + "/users.db");
    if (!accounts) return std::unexpected(std::move(accounts).error());
    return std::unique_ptr<Identity>(
        new Identity(settings, *is_local && settings.session_cookie_secure == "auto",
                     *std::move(accounts), std::move(sessions), random));
}

Result<std::optional<security::Secret>> Identity::open_setup(security::UnixSeconds now) {
    if (accounts_->has_administrator()) return std::nullopt;
    auto token = setup_.issue(now, random_);
    if (!token) return std::unexpected(std::move(token).error());
    return std::optional(*std::move(token));
}

void Identity::set_up(std::string_view token, NewUser user, security::UnixSeconds now, Told done) {
    if (accounts_->has_administrator()) return done(failed(ErrorCode::setup_closed));
    // Before the token, which a refused password must not use up.
    if (Status status = check_new_user(user); !status) return done({.error = status.error()});
    auto record = setup_.redeem(token, now);
    if (!record) return done({.error = record.error()});
    user.role = Role::admin;
    auto tell = [this, record = *std::move(record), now,
                 done = std::move(done)](Happened happened) mutable {
        if (accounts_->has_administrator()) {
            setup_.revoke();
        } else {
            setup_.restore(record, now);
        }
        done(std::move(happened));
    };
    make_user(std::move(user), now, [this, tell = std::move(tell)](Result<User> made) mutable {
        if (!made) return tell({.error = std::move(made).error()});
        accounts_->add_first_administrator(*std::move(made), std::move(tell));
    });
}

bool Identity::is_secure(const RequestHead& head) const { return !is_local_ || head.encrypted; }

std::string Identity::token_of(const RequestHead& head) const {
    return cookie_value(head, is_secure(head) ? kSecureCookie : kPlainCookie);
}

bool Identity::has_session(const RequestHead& head) const {
    return has_cookie(head, is_secure(head) ? kSecureCookie : kPlainCookie);
}

std::string Identity::clearing_cookie(const RequestHead& head) const {
    return set_cookie({}, is_secure(head), 0);
}

void Identity::find(const RequestHead& head, security::UnixSeconds now, Done<LoggedIn> done) {
    const std::string token = token_of(head);
    if (token.empty()) return done(fail(ErrorCode::token_unknown));
    sessions_->find(
        key_of(token), now,
        [this, now, done = std::move(done)](Result<std::optional<Session>> found) mutable {
            if (!found) return done(std::unexpected(std::move(found).error()));
            if (!*found) return done(fail(ErrorCode::token_unknown));
            Session& session = **found;
            const User* const user = accounts_->find(session.user);
            if (user == nullptr || user->disabled || session.began_at < user->valid_from ||
                session.expires_at <= now) {
                return done(fail(ErrorCode::token_unknown));
            }
            done(LoggedIn{.user = *user, .session = std::move(session)});
        });
}

void Identity::async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                                  security::UnixSeconds now, Authenticated done) {
    find(exchange->head, now, [exchange, done = std::move(done)](Result<LoggedIn> who) mutable {
        if (!who) return done(std::unexpected(std::move(who).error()));
        if (Status status = check_origin(exchange->head, who->session); !status) {
            return done(std::unexpected(std::move(status).error()));
        }
        done(Principal{.id = std::string(kUserPrefix) + who->user.name,
                       .grant = {.scopes = scopes_of(who->user.role)}});
    });
}

void Identity::log_in(const RequestHead& head, std::string_view name, security::Secret password,
                      security::UnixSeconds now, Done<Begun> done) {
    // Otherwise a page elsewhere could log its visitor in as somebody else.
    if (is_cross_site(head)) {
        return done(fail(ErrorCode::session_forged_request, "Sec-Fetch-Site"));
    }
    const User* user = accounts_->find(name);
    if (user != nullptr && user->disabled) user = nullptr;
    std::string id = user == nullptr ? std::string() : user->id;
    std::string hash = user == nullptr ? std::string() : user->password_hash;
    accounts_->verify(
        user, std::move(password),
        [this, head, id = std::move(id), hash = std::move(hash), now,
         done = std::move(done)](Result<bool> right) mutable {
            if (!right) return done(std::unexpected(std::move(right).error()));
            // Much may have happened meanwhile.
            const User* const found = accounts_->find_id(id);
            if (!*right || found == nullptr || found->disabled || found->password_hash != hash) {
                return done(fail(ErrorCode::login_refused));
            }
            begin(*found, head, now, std::move(done));
        });
}

void Identity::begin(User user, const RequestHead& head, security::UnixSeconds now,
                     Done<Begun> done) {
    // Only its form is wanted: the session is kept elsewhere.
    security::MemoryTokenStore form(1);
    const auto token =
        security::issue_token(security::TokenKind::session, user.name,
                              static_cast<std::int64_t>(session_ttl_s_), now, random_, form);
    if (!token) return done(std::unexpected(token.error()));
    // What the browser had before is worth nothing any more: somebody else may know it.
    if (const std::string old = token_of(head); !old.empty()) {
        sessions_->remove(key_of(old), [](const Status&) {});
    }
    Begun begun;
    begun.who.session = {.user = user.name,
                         .csrf_token = random_hex<32>(random_),
                         .began_at = now,
                         .expires_at = {now.value + static_cast<std::int64_t>(session_ttl_s_)}};
    begun.who.user = std::move(user);
    begun.set_cookie = set_cookie(token->expose_text(), is_secure(head), session_ttl_s_);
    const Session session = begun.who.session;
    sessions_->put(key_of(token->expose_text()), session,
                   [begun = std::move(begun), done = std::move(done)](Status status) mutable {
                       if (!status) return done(std::unexpected(std::move(status).error()));
                       done(std::move(begun));
                   });
}

void Identity::log_out(const RequestHead& head, SessionStore::Done done) {
    sessions_->remove(key_of(token_of(head)), std::move(done));
}

void Identity::make_user(NewUser user, security::UnixSeconds now, Done<User> done) {
    if (Status status = check_new_user(user); !status) {
        return done(std::unexpected(std::move(status).error()));
    }
    accounts_->hash(std::move(user.password),
                    [id = random_hex<16>(random_), name = std::move(user.name), role = user.role,
                     now, done = std::move(done)](Result<std::string> hash) mutable {
                        if (!hash) return done(std::unexpected(std::move(hash).error()));
                        done(User{.id = std::move(id),
                                  .name = std::move(name),
                                  .password_hash = *std::move(hash),
                                  .role = role,
                                  .created_at = now,
                                  .valid_from = now});
                    });
}

Identity::Told Identity::ending_sessions(Told done) {
    return [this, done = std::move(done)](Happened happened) mutable {
        for (const UserEvent& event : happened.events) {
            // Should the store fail: find() looks at the user as well.
            if (ends_sessions(event)) sessions_->remove_user(event.user.name, [](const Status&) {});
        }
        if (accounts_->has_administrator()) setup_.revoke();
        done(std::move(happened));
    };
}

void Identity::add_user(NewUser user, security::UnixSeconds now, Told done) {
    make_user(std::move(user), now,
              [this, done = ending_sessions(std::move(done))](Result<User> made) mutable {
                  if (!made) return done({.error = std::move(made).error()});
                  accounts_->add(*std::move(made), std::move(done));
              });
}

void Identity::change_user(const std::string& id, UserChange change,
                           std::optional<security::Secret> password, security::UnixSeconds now,
                           Told done) {
    done = ending_sessions(std::move(done));
    const User* const user = accounts_->find_id(id);
    if (user == nullptr) return done(failed(ErrorCode::user_not_found));
    if (!password) return accounts_->change(id, std::move(change), now, std::move(done));
    if (Status status = check_password(user->name, *password); !status) {
        return done({.error = status.error()});
    }
    accounts_->hash(*std::move(password),
                    [this, id = std::string(id), change = std::move(change), now,
                     done = std::move(done)](Result<std::string> hash) mutable {
                        if (!hash) return done({.error = std::move(hash).error()});
                        change.password_hash = *std::move(hash);
                        accounts_->change(std::move(id), std::move(change), now, std::move(done));
                    });
}

void Identity::remove_user(const std::string& id, Told done) {
    accounts_->remove(id, ending_sessions(std::move(done)));
}

void Identity::change_own_password(const RequestHead& head, security::Secret old_password,
                                   security::Secret new_password, security::UnixSeconds now,
                                   Told done) {
    find(head, now,
         [this, old_password = std::move(old_password), new_password = std::move(new_password), now,
          done = std::move(done)](Result<LoggedIn> who) mutable {
             if (!who) return done({.error = std::move(who).error()});
             // The session alone is not enough: a browser is left open at times.
             accounts_->verify(&who->user, std::move(old_password),
                               [this, id = who->user.id, new_password = std::move(new_password),
                                now, done = std::move(done)](Result<bool> right) mutable {
                                   if (!right) return done({.error = std::move(right).error()});
                                   if (!*right) return done(failed(ErrorCode::login_refused));
                                   change_user(id, {}, std::move(new_password), now,
                                               std::move(done));
                               });
         });
}

void Identity::refresh(Told done) { accounts_->refresh(ending_sessions(std::move(done))); }

}  // namespace limpid::service::identity
