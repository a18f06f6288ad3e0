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

    /// Ask these as well, those that there are; borrowed. A null pointer where settings name one:
    /// nobody is let in by it.
    void ask(outbound::Authority* authority, outbound::KeySource* key_source) noexcept {
        authority_ = authority;
        key_source_ = key_source;
    }

    /// Has everybody to authenticate? Yes as soon as there is a source of keys or certificates.
    [[nodiscard]] bool required() const noexcept {
        return key_file_ || has_tokens() || certificates_ || has_authority_;
    }

    /// Whose request it is, by `x-api-key`, `Authorization: Bearer`, or without them by the
    /// client's certificate. Anybody's when nobody has to authenticate; credentials are not looked
    /// at then. Where clients have certificates, a key does not stand in for one that names nobody
    /// known.
    /// @return tls.client_refused, authority.unavailable, or an error of the 401 kind.
    [[nodiscard]] Result<Principal> authenticate(const RequestHead& head,
                                                 security::UnixSeconds now) const;
    /// The same where others may have to be asked. `done` is called from within the call or later,
    /// when this object may have been assigned to; it must live until then. An authority is asked
    /// about credentials that are not of a kind that is known here.
    void async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                            security::UnixSeconds now, Authenticated done) const;

    /// Take over a changed file of keys. @return as KeyFile::refresh().
    [[nodiscard]] Result<KeyChanges> refresh() {
        return key_file_ ? key_file_->refresh() : KeyChanges();
    }

private:
    Authenticator() = default;
    [[nodiscard]] bool has_tokens() const noexcept { return !jwt_keys_.empty() || has_key_url_; }
    [[nodiscard]] Result<std::vector<security::JwsKey>> token_keys() const;
    [[nodiscard]] bool may_be_foreign(const RequestHead& head, const Error& error) const;
    void ask_authority(const std::shared_ptr<const Exchange>& exchange, Result<Principal> known,
                       Authenticated done) const;
    [[nodiscard]] Result<Principal> by_api_key(std::string_view text,
                                               security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_token(std::string_view text,
                                             security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_certificate(const std::vector<std::string>& names) const;

    std::optional<KeyFile> key_file_;
    std::vector<security::JwsKey> jwt_keys_;
    security::JwtPolicy jwt_policy_;
    /// Tokens of either type?
    bool any_type_ = false;
    /// Do settings name these? And who is asked.
    bool has_authority_ = false;
    bool has_key_url_ = false;
    outbound::Authority* authority_ = nullptr;
    outbound::KeySource* key_source_ = nullptr;
    /// Do clients have certificates? And the names of those who may come in.
    bool certificates_ = false;
    std::vector<std::string> client_names_;
};

}  // namespace limpid::service
