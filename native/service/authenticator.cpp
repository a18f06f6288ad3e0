#include "service/authenticator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "crypto/openssl_verifier.hpp"
#include "platform/printable.hpp"
#include "service/exchange.hpp"
#include "service/identity/roles.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kApiKeyPrefix = "lmp_";

Result<std::vector<security::JwsKey>> read_jwt_keys(const Settings& settings,
                                                    const security::Secret* secret,
                                                    security::SecretReader& reader) {
    std::vector<security::JwsKey> keys;
    if (secret != nullptr) {
        auto key = security::JwsKey::hmac_sha256(secret->expose());
        if (!key) return std::unexpected(std::move(key).error());
        keys.push_back(*std::move(key));
    }
    if (settings.jwt_keys_file.empty()) return keys;
    const auto file = reader.read_file(settings.jwt_keys_file);
    if (!file) return std::unexpected(file.error());
    if (!*file) return fail(ErrorCode::io_unreadable, platform::printable(settings.jwt_keys_file));
    auto set = security::parse_jwk_set((*file)->expose_text());
    if (!set) return std::unexpected(std::move(set).error());
    std::ranges::move(set->keys, std::back_inserter(keys));
    // A file of which nothing can be used must not open the service to everybody.
    if (keys.empty()) {
        return fail(ErrorCode::key_none, platform::printable(settings.jwt_keys_file));
    }
    return keys;
}

/// As crypto::client_names() writes them.
std::vector<std::string> client_names_of(std::string_view list) {
    std::vector<std::string> names = split(list, ',');
    for (std::string& name : names) {
        if (name.find_first_of(":@") == std::string::npos) name = lower_case(name);
    }
    return names;
}

}  // namespace

Result<Authenticator> Authenticator::make(const Settings& settings,
                                          const security::Secret* jwt_secret,
                                          security::SecretReader& reader) {
    Authenticator authenticator;
    if (!settings.keys_file.empty()) {
        auto file = KeyFile::open(settings.keys_file);
        if (!file) return std::unexpected(std::move(file).error());
        authenticator.key_file_ = *std::move(file);
    }
    authenticator.certificates_ = !settings.tls_client_ca_file.empty();
    authenticator.client_names_ = client_names_of(settings.tls_client_names);
    if (authenticator.certificates_ == authenticator.client_names_.empty()) {
        return fail(ErrorCode::config_invalid_value,
                    "tls_client_ca_file and tls_client_names go together");
    }
    auto keys = read_jwt_keys(settings, jwt_secret, reader);
    if (!keys) return std::unexpected(std::move(keys).error());
    authenticator.jwt_keys_ = *std::move(keys);
    authenticator.users_ = settings.users;
    authenticator.guests_ = settings.guest;
    if (settings.guest && !authenticator.required()) {
        return fail(ErrorCode::config_invalid_value,
                    "guest: nobody has to authenticate anyway without users or keys");
    }
    if (settings.demo && authenticator.required()) {
        return fail(ErrorCode::config_invalid_value, "demo asks nobody for a credential");
    }
    if (authenticator.jwt_keys_.empty()) return authenticator;
    if (settings.jwt_issuer.empty() || settings.jwt_audience.empty()) {
        return fail(ErrorCode::config_invalid_value,
                    "jwt_issuer and jwt_audience must be set where tokens are accepted");
    }
    authenticator.jwt_policy_.issuers = {settings.jwt_issuer};
    authenticator.jwt_policy_.audiences = {settings.jwt_audience};
    return authenticator;
}

Result<Principal> Authenticator::authenticate(const RequestHead& head,
                                              security::UnixSeconds now) const {
    if (!required()) return Principal{.id = {}, .grant = {.scopes = {"admin"}}};
    std::optional<Principal> certified;
    if (certificates_) {
        auto principal = by_certificate(head.certificate_names);
        if (!principal) return principal;
        certified = *std::move(principal);
    }
    const auto x_api_key = head.field("x-api-key");
    const auto authorization = head.field("Authorization");
    const auto presented = security::presented_api_key(x_api_key, authorization);
    if (!presented && certified && presented.error().id() == ErrorCode::apikey_missing) {
        return *std::move(certified);
    }
    if (!presented && guests_ && presented.error().id() == ErrorCode::apikey_missing) {
        return Principal{.id = std::string(identity::kGuestId),
                         .grant = {.scopes = identity::guest_scopes()}};
    }
    if (!presented) return std::unexpected(presented.error());
    if (!presented->starts_with(kApiKeyPrefix) && !jwt_keys_.empty()) {
        return by_token(*presented, now);
    }
    return by_api_key(*presented, now);
}

void Authenticator::async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                                       security::UnixSeconds now, Authenticated done) const {
    const RequestHead& head = exchange->head;
    if (sessions_ != nullptr && !certificates_ && !head.field("x-api-key") &&
        !head.field("Authorization") && sessions_->has_session(head)) {
        return sessions_->async_authenticate(exchange, now, std::move(done));
    }
    done(authenticate(head, now));
}

Result<Principal> Authenticator::by_api_key(std::string_view text,
                                            security::UnixSeconds now) const {
    if (!key_file_) return fail(ErrorCode::apikey_mismatch);
    const auto record = security::verify_api_key(text, key_file_->records(), now);
    if (!record) return std::unexpected(record.error());
    return Principal{.id = (*record)->id, .grant = (*record)->grant};
}

Result<Principal> Authenticator::by_certificate(const std::vector<std::string>& names) const {
    for (const std::string& name : client_names_) {
        if (std::ranges::find(names, name) == names.end()) continue;
        return Principal{.id = "mtls:" + name,
                         .grant = {.scopes = {"enhance:submit", "enhance:read"}}};
    }
    return fail(ErrorCode::tls_client_refused);
}

Result<Principal> Authenticator::by_token(std::string_view text, security::UnixSeconds now) const {
    const crypto::OpenSslVerifier verifier;
    const security::JwsOptions options{.asymmetric = &verifier};
    const auto token = security::verify_jwt(text, jwt_keys_, jwt_policy_, now, options);
    if (!token) return std::unexpected(token.error());
    Principal principal;
    principal.id = "jwt:" + token->claims.subject().value_or("");
    // RFC 8693 section 4.2: one text with blanks between.
    principal.grant.scopes = split(token->claims.text("scope").value_or(""), ' ');
    return principal;
}

}  // namespace limpid::service
