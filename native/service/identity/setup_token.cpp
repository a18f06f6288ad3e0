#include "service/identity/setup_token.hpp"

#include <cstdio>

namespace limpid::service::identity {
namespace {

constexpr std::string_view kSubject = "setup";

}  // namespace

Result<security::Secret> SetupToken::issue(security::UnixSeconds now,
                                           security::RandomSource& random) {
    revoke();
    return security::issue_token(security::TokenKind::ticket, kSubject, kLifetimeS, now, random,
                                 store_);
}

Result<security::TokenRecord> SetupToken::redeem(std::string_view text, security::UnixSeconds now) {
    return security::redeem_ticket(text, now, store_);
}

void SetupToken::restore(const security::TokenRecord& record, security::UnixSeconds now) {
    static_cast<void>(store_.put(record, now));
}

void SetupToken::revoke() { static_cast<void>(store_.remove_subject(kSubject)); }

void show_setup_token(const security::Secret& token) {
    const std::string_view text = token.expose_text();
    std::fprintf(stderr,
                 "limpidd: there is no administrator yet. This token, which is shown once, makes "
                 "the first one by POST /v1/setup within %d minutes: %.*s\n",
                 static_cast<int>(SetupToken::kLifetimeS / 60), static_cast<int>(text.size()),
                 text.data());
}

}  // namespace limpid::service::identity
