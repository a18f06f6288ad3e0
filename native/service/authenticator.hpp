#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/access_token.hpp"
#include "keeper/client.hpp"
#include "limpid/error.hpp"
#include "limpid/security/api_key.hpp"
#include "service/http_message.hpp"
#include "service/key_file.hpp"
#include "service/settings.hpp"

namespace limpid::service {

namespace outbound {
class Authority;
class KeySource;
}  // namespace outbound

/// Who asks, and what for they may.
struct Principal {
    /// For logs and limits: the public id of an API key, the subject of a token, or the name in a
    /// certificate; empty for anybody.
    std::string id;
    security::ApiKeyGrant grant;
};

struct Exchange;
/// Takes who asks, or why that cannot be told.
using Authenticated = std::move_only_function<void(Result<Principal>)>;

class TokenCache;

/// Knows who has logged in.
class SessionSource {
public:
    SessionSource() = default;
    virtual ~SessionSource() = default;
    SessionSource(const SessionSource&) = delete;
    SessionSource& operator=(const SessionSource&) = delete;

    /// Does the request say that it belongs to a session?
    [[nodiscard]] virtual bool has_session(const RequestHead& head) const = 0;
    /// Whose session it is. `done` is called from within the call or later.
    virtual void async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                                    security::UnixSeconds now, Authenticated done) = 0;
};

/// Knows the credentials, but for the keys of tokens: those the keeper has. Not thread-safe.
class Authenticator {
public:
    /// @param keeper  verifies tokens; borrowed; may be null. @param kept  what it has, or is going
    ///     to have; null: nothing.
    /// @return config.invalid_value for certificates without names; as read_key_file().
    [[nodiscard]] static Result<Authenticator> make(const Settings& settings,
                                                    keeper::Client* keeper,
                                                    const keeper::Hello* kept);

    Authenticator(Authenticator&&) noexcept;
    Authenticator& operator=(Authenticator&&) noexcept;
    ~Authenticator();

    /// Ask these as well, those that there are; borrowed. A null pointer where settings name one:
    /// nobody is let in by it.
    void ask(outbound::Authority* authority, outbound::KeySource* key_source) noexcept {
        authority_ = authority;
        key_source_ = key_source;
    }

    /// Has everybody to authenticate? Yes as soon as there is a source of keys or certificates.
    [[nodiscard]] bool required() const noexcept {
        return key_file_ || has_tokens() || certificates_ || users_ || has_authority_;
    }
    /// Who knows the sessions of users. Borrowed; null: nobody.
    void ask_sessions(SessionSource* sessions) noexcept { sessions_ = sessions; }

    /// Whose request it is, by `x-api-key`, `Authorization: Bearer`, or without them by the
    /// client's certificate. Anybody's when nobody has to authenticate; credentials are not looked
    /// at then. Where clients have certificates, a key does not stand in for one that names nobody
    /// known. Without any credential it is a guest's, where guests may come in.
    /// @return tls.client_refused, keeper.unavailable, authority.unavailable, or an error of the
    ///         401 kind.
    [[nodiscard]] Result<Principal> authenticate(const RequestHead& head,
                                                 security::UnixSeconds now) const;
    /// The same where others may have to be asked: without key, token or certificate, a session
    /// decides, and an authority about credentials that are not of a kind that is known here.
    /// `done` is called from within the call or later, when this object may have been assigned to;
    /// it must live until then.
    void async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                            security::UnixSeconds now, Authenticated done) const;

    /// Take over a changed file of keys. @return as KeyFile::refresh().
    [[nodiscard]] Result<KeyChanges> refresh() {
        return key_file_ ? key_file_->refresh() : KeyChanges();
    }

private:
    Authenticator();
    [[nodiscard]] bool has_tokens() const noexcept { return tokens_ != nullptr || has_key_url_; }
    [[nodiscard]] Result<Principal> by_fetched_key(std::string_view text,
                                                   security::UnixSeconds now) const;
    [[nodiscard]] bool may_be_foreign(const RequestHead& head, const Error& error) const;
    void ask_authority(const std::shared_ptr<const Exchange>& exchange, Result<Principal> known,
                       Authenticated done) const;
    [[nodiscard]] Result<Principal> by_api_key(std::string_view text,
                                               security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_token(std::string_view text,
                                             security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_certificate(const std::vector<std::string>& names) const;

    std::optional<KeyFile> key_file_;
    keeper::Client* keeper_ = nullptr;
    /// Null: the keeper has no keys of tokens.
    std::unique_ptr<TokenCache> tokens_;
    /// Of tokens that fetched keys verify.
    crypto::AccessTokenPolicy token_policy_;
    /// Do settings name these? And who is asked.
    bool has_authority_ = false;
    bool has_key_url_ = false;
    outbound::Authority* authority_ = nullptr;
    outbound::KeySource* key_source_ = nullptr;
    /// Do clients have certificates? And the names of those who may come in.
    bool certificates_ = false;
    std::vector<std::string> client_names_;
    /// Are there users, who can log in?
    bool users_ = false;
    /// Who sends no credential at all is a guest.
    bool guests_ = false;
    SessionSource* sessions_ = nullptr;
};

}  // namespace limpid::service
