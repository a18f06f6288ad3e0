#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/api_key.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/jwt.hpp"
#include "limpid/security/secret_source.hpp"
#include "service/http_message.hpp"
#include "service/key_file.hpp"
#include "service/settings.hpp"

namespace limpid::service {

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

/// Knows the credentials. Not thread-safe.
class Authenticator {
public:
    /// @param jwt_secret  of settings.jwt_secret, when there is one.
    /// @return config.invalid_value for tokens without issuer or audience, and for certificates
    ///         without names; as read_key_file(),
    ///         parse_jwk_set() and JwsKey::hmac_sha256().
    [[nodiscard]] static Result<Authenticator> make(const Settings& settings,
                                                    const security::Secret* jwt_secret,
                                                    security::SecretReader& reader);

    /// Has everybody to authenticate? Yes as soon as there is a source of keys or certificates.
    [[nodiscard]] bool required() const noexcept {
        return key_file_ || !jwt_keys_.empty() || certificates_ || users_;
    }
    /// Who knows the sessions of users. Borrowed; null: nobody.
    void ask_sessions(SessionSource* sessions) noexcept { sessions_ = sessions; }

    /// Whose request it is, by `x-api-key`, `Authorization: Bearer`, or without them by the
    /// client's certificate. Anybody's when nobody has to authenticate; credentials are not looked
    /// at then. Where clients have certificates, a key does not stand in for one that names nobody
    /// known. Without any credential it is a guest's, where guests may come in.
    /// @return tls.client_refused, or an error of the 401 kind.
    [[nodiscard]] Result<Principal> authenticate(const RequestHead& head,
                                                 security::UnixSeconds now) const;
    /// The same where others may have to be asked: without key, token or certificate, a session
    /// decides. `done` is called from within the call or later,
    /// when this object may have been replaced.
    void async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                            security::UnixSeconds now, Authenticated done) const;

    /// Take over a changed file of keys. @return as KeyFile::refresh().
    [[nodiscard]] Result<KeyChanges> refresh() {
        return key_file_ ? key_file_->refresh() : KeyChanges();
    }

private:
    Authenticator() = default;
    [[nodiscard]] Result<Principal> by_api_key(std::string_view text,
                                               security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_token(std::string_view text,
                                             security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_certificate(const std::vector<std::string>& names) const;

    std::optional<KeyFile> key_file_;
    std::vector<security::JwsKey> jwt_keys_;
    security::JwtPolicy jwt_policy_;
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
