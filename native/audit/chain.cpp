#include "audit/chain.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "crypto/hmac.hpp"
#include "limpid/security/encoding.hpp"

namespace limpid::audit {
namespace {

// As many as the digest has: fewer could be guessed sooner than the digest.
constexpr std::size_t kMinKeyBytes = 32;

}  // namespace

Result<Chain> Chain::make(const security::Secret* key) {
    if (key != nullptr && key->size() < kMinKeyBytes) {
        return fail(ErrorCode::key_too_short, "audit_key needs 32 bytes");
    }
    return Chain(key);
}

Result<ChainValue> Chain::next(const ChainValue& former, std::string_view text) const {
    std::string message(reinterpret_cast<const char*>(former.data()), former.size());
    message += text;
    if (key_ == nullptr) return sha256(security::as_bytes(message));
    return crypto::hmac_sha256(key_->expose(), security::as_bytes(message));
}

std::string_view Chain::method() const noexcept {
    return key_ == nullptr ? "sha256" : "hmac-sha256";
}

std::optional<ChainValue> parse_chain_value(std::string_view text) {
    ChainValue value{};
    if (text.size() != 2 * value.size()) return std::nullopt;
    const auto bytes = security::decode_hex(text);
    if (!bytes) return std::nullopt;
    std::ranges::transform(bytes->span(), value.begin(),
                           [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    return value;
}

}  // namespace limpid::audit
