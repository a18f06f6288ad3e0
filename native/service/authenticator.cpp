#include "service/authenticator.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "limpid/digest.hpp"
#include "service/exchange.hpp"
#include "service/identity/roles.hpp"
#include "service/outbound/authority.hpp"
#include "service/outbound/key_source.hpp"
#include "service/text.hpp"
#include "service/token_cache.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kApiKeyPrefix = "lmp_";

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

/// May a key that the keeper does not have verify the token?
bool is_other_key(ErrorCode code) {
    return code == ErrorCode::jwt_unknown_key || code == ErrorCode::jwt_wrong_algorithm ||
           code == ErrorCode::jwt_signature_mismatch;
}

Principal principal_of(const crypto::AccessToken& token) {
    return {.id = "jwt:" + token.subject, .grant = {.scopes = split(token.scopes, ' ')}};
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

Authenticator::Authenticator() = default;
Authenticator::Authenticator(Authenticator&&) noexcept = default;
Authenticator& Authenticator::operator=(Authenticator&&) noexcept = default;
Authenticator::~Authenticator() = default;

Result<Authenticator> Authenticator::make(const Settings& settings, keeper::Client* keeper,
                                          const keeper::Hello* kept) {
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
    authenticator.keeper_ = keeper;
    if (kept != nullptr && kept->tokens) authenticator.tokens_ = std::make_unique<TokenCache>();
    authenticator.has_authority_ = !settings.auth_forward_url.empty();
    authenticator.has_key_url_ = !settings.jwt_keys_url.empty();
    if (authenticator.has_key_url_) {
        auto policy = crypto::access_token_policy(settings.jwt_issuer, settings.jwt_audience,
                                                  settings.jwt_type);
        if (!policy) return std::unexpected(std::move(policy).error());
        authenticator.token_policy_ = *std::move(policy);
    }
    authenticator.users_ = settings.users;
    authenticator.guests_ = settings.guest;
    if (settings.guest && !authenticator.required()) {
        return fail(ErrorCode::config_invalid_value,
                    "guest: nobody has to authenticate anyway without users or keys");
    }
    if (settings.demo && authenticator.required()) {
        return fail(ErrorCode::config_invalid_value, "demo asks nobody for a credential");
    }
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
    if (!presented->starts_with(kApiKeyPrefix) && has_tokens()) {
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
    auto known = authenticate(head, now);
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

Result<Principal> Authenticator::by_fetched_key(std::string_view text,
                                                security::UnixSeconds now) const {
    if (key_source_ == nullptr || key_source_->keys().empty()) {
        return fail(ErrorCode::authority_unavailable, "the keys of jwt_keys_url are not there yet");
    }
    // Not cached: a key that its server takes back must count no longer.
    const auto token = crypto::verify_access_token(text, key_source_->keys(), token_policy_, now);
    if (!token) return std::unexpected(token.error());
    return principal_of(*token);
}

Result<Principal> Authenticator::by_token(std::string_view text, security::UnixSeconds now) const {
    if (tokens_ == nullptr) return by_fetched_key(text, now);
    const Sha256 digest = sha256(std::as_bytes(std::span(text)));
    if (auto known = tokens_->find(digest, now)) return *std::move(known);
    auto token = keeper_->verify_token(text, now);
    if (!token && has_key_url_ && is_other_key(token.error().id())) {
        return by_fetched_key(text, now);
    }
    if (!token) return std::unexpected(std::move(token).error());
    Principal principal = principal_of(*token);
    tokens_->keep(digest, principal, token->expires_at, now);
    return principal;
}

}  // namespace limpid::service
