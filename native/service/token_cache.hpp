#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string_view>

#include "limpid/digest.hpp"
#include "limpid/security/types.hpp"
#include "service/authenticator.hpp"

namespace limpid::service {

/// Whom the tokens stand for that were verified, so that the keeper is asked once for each. Keeps
/// their digests and not them, the last kMaxTokens. Not thread-safe.
class TokenCache {
public:
    static constexpr std::size_t kMaxTokens = 4096;
    // What ends before its time, a key for one, does so for a cached token within this.
    static constexpr std::int64_t kMaxAgeS = 300;

    /// Nothing: it is not known, or not for now.
    [[nodiscard]] std::optional<Principal> find(const Sha256& token, security::UnixSeconds now);
    /// @param expires_at  the token's own.
    void keep(const Sha256& token, Principal principal, security::UnixSeconds expires_at,
              security::UnixSeconds now);

private:
    struct Entry {
        Sha256 token{};
        Principal principal;
        security::UnixSeconds verified_at{}, until{};
    };
    /// Last used first.
    std::list<Entry> entries_;
    std::map<Sha256, std::list<Entry>::iterator> by_token_;
};

}  // namespace limpid::service
