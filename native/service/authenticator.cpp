#include "service/authenticator.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "limpid/digest.hpp"
#include "service/exchange.hpp"
#include "service/text.hpp"
#include "service/token_cache.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kApiKeyPrefix = "lmp_";

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
    if (!presented->starts_with(kApiKeyPrefix) && tokens_ != nullptr) {
        return by_token(*presented, now);
    }
    return by_api_key(*presented, now);
}

void Authenticator::async_authenticate(const std::shared_ptr<const Exchange>& exchange,
                                       security::UnixSeconds now, Authenticated done) const {
    done(authenticate(exchange->head, now));
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
    const Sha256 digest = sha256(std::as_bytes(std::span(text)));
    if (auto known = tokens_->find(digest, now)) return *std::move(known);
    auto token = keeper_->verify_token(text, now);
    if (!token) return std::unexpected(std::move(token).error());
    Principal principal;
    principal.id = "jwt:" + token->subject;
    principal.grant.scopes = split(token->scopes, ' ');
    tokens_->keep(digest, principal, token->expires_at, now);
    return principal;
}

}  // namespace limpid::service
