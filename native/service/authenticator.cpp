#include "service/authenticator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "crypto/openssl_verifier.hpp"
#include "platform/printable.hpp"
#include "service/exchange.hpp"
#include "service/outbound/authority.hpp"
#include "service/outbound/key_source.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kApiKeyPrefix = "lmp_";
constexpr std::string_view kAccessToken = "at+jwt";

/// Does the error say that the credential is of a kind, or from somewhere, that is not known here?
bool is_unknown_kind(ErrorCode code) {
    switch (code) {
        case ErrorCode::apikey_missing:
        case ErrorCode::apikey_malformed:
        case ErrorCode::apikey_mismatch:
        case ErrorCode::jwt_malformed:
        case ErrorCode::jwt_encrypted:
        case ErrorCode::jwt_unknown_key:
        case ErrorCode::jwt_wrong_algorithm:
        case ErrorCode::jwt_unsupported_algorithm:
        case ErrorCode::jwt_wrong_type:
        case ErrorCode::jwt_wrong_issuer:
            return true;
        default:
            return false;
    }
}

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
    authenticator.has_authority_ = !settings.auth_forward_url.empty();
    authenticator.has_key_url_ = !settings.jwt_keys_url.empty();
    if (!authenticator.has_tokens()) return authenticator;
    if (settings.jwt_issuer.empty() || settings.jwt_audience.empty()) {
        return fail(ErrorCode::config_invalid_value,
                    "jwt_issuer and jwt_audience must be set where tokens are accepted");
    }
    authenticator.jwt_policy_.issuers = {settings.jwt_issuer};
    authenticator.jwt_policy_.audiences = {settings.jwt_audience};
    authenticator.any_type_ = settings.jwt_type == "any";
    if (!authenticator.any_type_) authenticator.jwt_policy_.type = settings.jwt_type;
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
    if (!presented) return std::unexpected(presented.error());
    if (!presented->starts_with(kApiKeyPrefix) && has_tokens()) {
        return by_token(*presented, now);
    }
    return by_api_key(*presented, now);
}

void Authenticator::async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                                       security::UnixSeconds now, Authenticated done) const {
    auto known = authenticate(exchange->head, now);
    if (known || key_source_ == nullptr || known.error().id() != ErrorCode::jwt_unknown_key) {
        return ask_authority(exchange, std::move(known), std::move(done));
    }
    key_source_->async_refresh([this, exchange, now, done = std::move(done)]() mutable {
        ask_authority(exchange, authenticate(exchange->head, now), std::move(done));
    });
}

bool Authenticator::may_be_foreign(const RequestHead& head, const Error& error) const {
    if (!is_unknown_kind(error.id())) return false;
    const auto x_api_key = head.field("x-api-key");
    const auto authorization = head.field("Authorization");
    const auto presented = security::presented_api_key(x_api_key, authorization);
    return !presented || !key_file_ || !presented->starts_with(kApiKeyPrefix);
}

void Authenticator::ask_authority(const std::shared_ptr<const Exchange>& exchange,
                                  Result<Principal> known, Authenticated done) const {
    if (known || authority_ == nullptr || !may_be_foreign(exchange->head, known.error()) ||
        !authority_->concerns(exchange->head)) {
        return done(std::move(known));
    }
    authority_->async_ask(exchange->head, exchange->client, std::move(done));
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

Result<std::vector<security::JwsKey>> Authenticator::token_keys() const {
    std::vector<security::JwsKey> keys = jwt_keys_;
    if (key_source_ != nullptr) std::ranges::copy(key_source_->keys(), std::back_inserter(keys));
    if (keys.empty()) {
        return fail(ErrorCode::authority_unavailable, "the keys of jwt_keys_url are not there yet");
    }
    return keys;
}

Result<Principal> Authenticator::by_token(std::string_view text, security::UnixSeconds now) const {
    const auto keys = token_keys();
    if (!keys) return std::unexpected(keys.error());
    const crypto::OpenSslVerifier verifier;
    const security::JwsOptions options{.asymmetric = &verifier};
    auto token = security::verify_jwt(text, *keys, jwt_policy_, now, options);
    if (any_type_ && !token && token.error().id() == ErrorCode::jwt_wrong_type) {
        security::JwtPolicy policy = jwt_policy_;
        policy.type = kAccessToken;
        token = security::verify_jwt(text, *keys, policy, now, options);
    }
    if (!token) return std::unexpected(token.error());
    Principal principal;
    principal.id = "jwt:" + token->claims.subject().value_or("");
    // RFC 8693 section 4.2: one text with blanks between.
    principal.grant.scopes = split(token->claims.text("scope").value_or(""), ' ');
    return principal;
}

}  // namespace limpid::service
