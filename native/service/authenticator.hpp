#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "keeper/client.hpp"
#include "limpid/error.hpp"
#include "limpid/security/api_key.hpp"
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

class TokenCache;

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

    /// Has everybody to authenticate? Yes as soon as there is a source of keys or certificates.
    [[nodiscard]] bool required() const noexcept {
        return key_file_ || tokens_ != nullptr || certificates_;
    }

    /// Whose request it is, by `x-api-key`, `Authorization: Bearer`, or without them by the
    /// client's certificate. Anybody's when nobody has to authenticate; credentials are not looked
    /// at then. Where clients have certificates, a key does not stand in for one that names nobody
    /// known.
    /// @return tls.client_refused, keeper.unavailable, or an error of the 401 kind.
    [[nodiscard]] Result<Principal> authenticate(const RequestHead& head,
                                                 security::UnixSeconds now) const;
    /// The same where others may have to be asked. `done` is called from within the call or later,
    /// when this object may have been replaced.
    void async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                            security::UnixSeconds now, Authenticated done) const;

    /// Take over a changed file of keys. @return as KeyFile::refresh().
    [[nodiscard]] Result<KeyChanges> refresh() {
        return key_file_ ? key_file_->refresh() : KeyChanges();
    }

private:
    Authenticator();
    [[nodiscard]] Result<Principal> by_api_key(std::string_view text,
                                               security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_token(std::string_view text,
                                             security::UnixSeconds now) const;
    [[nodiscard]] Result<Principal> by_certificate(const std::vector<std::string>& names) const;

    std::optional<KeyFile> key_file_;
    keeper::Client* keeper_ = nullptr;
    /// Null: tokens are not accepted.
    std::unique_ptr<TokenCache> tokens_;
    /// Do clients have certificates? And the names of those who may come in.
    bool certificates_ = false;
    std::vector<std::string> client_names_;
};

}  // namespace limpid::service
