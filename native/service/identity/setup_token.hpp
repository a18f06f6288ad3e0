#pragma once

#include <cstdint>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/token.hpp"

namespace limpid::service::identity {

/// The one-time token that the first administrator is made with. Not thread-safe.
class SetupToken {
public:
    static constexpr std::int64_t kLifetimeS = 900;

    /// Make it: the text is shown to the operator once, a hash is kept. @return memory.exhausted.
    [[nodiscard]] Result<security::Secret> issue(security::UnixSeconds now,
                                                 security::RandomSource& random);
    /// Use it up. @return token.malformed, token.unknown, token.expired.
    [[nodiscard]] Result<security::TokenRecord> redeem(std::string_view text,
                                                       security::UnixSeconds now);
    /// What it was used for did not happen: it may be used again until its end.
    void restore(const security::TokenRecord& record, security::UnixSeconds now);
    /// There is an administrator: it is worth nothing any more.
    void revoke();

private:
    security::MemoryTokenStore store_{1};
};

/// Tell the operator, at standard error and never in the log.
void show_setup_token(const security::Secret& token);

}  // namespace limpid::service::identity
