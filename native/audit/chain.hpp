#pragma once

#include <optional>
#include <string_view>

#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::audit {

/// What binds a record to all before it.
using ChainValue = Sha256;

/// Computes chain values: SHA-256 of the former value and a text, or, with a key, HMAC-SHA-256 of
/// the same. Without a key whoever can write the file can also compute new values for all of it;
/// with a key only who has that.
class Chain {
public:
    /// @param key  32 bytes or more, borrowed; null: none.
    /// @return key.too_short.
    [[nodiscard]] static Result<Chain> make(const security::Secret* key);

    /// @return internal.failure when libcrypto gives up.
    [[nodiscard]] Result<ChainValue> next(const ChainValue& former, std::string_view text) const;

    /// "sha256" or "hmac-sha256".
    [[nodiscard]] std::string_view method() const noexcept;

private:
    explicit Chain(const security::Secret* key) noexcept : key_(key) {}
    const security::Secret* key_;
};

/// A chain value from 64 hexadecimal digits; nothing for any other text.
[[nodiscard]] std::optional<ChainValue> parse_chain_value(std::string_view text);

}  // namespace limpid::audit
