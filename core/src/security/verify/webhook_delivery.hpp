#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/security/webhook.hpp"
#include "security/crypto/ed25519.hpp"
#include "security/crypto/hash.hpp"

namespace limpid::security {

/// What the headers of a delivery say; nothing of it is verified yet.
struct ClaimedDelivery {
    std::string message_id;
    std::optional<UnixSeconds> timestamp;
    /// What is signed before the body, e.g. `id.timestamp.`.
    std::string signed_prefix;
    std::vector<Digest256> macs;
    std::vector<Ed25519Signature> ed25519_signatures;
};

/// Read the headers that the dialect uses. @return webhook.missing_header or
/// webhook.malformed_header.
[[nodiscard]] Result<ClaimedDelivery> read_delivery(WebhookDialect dialect,
                                                    const WebhookPolicy& policy,
                                                    std::span<const WebhookHeader> headers);

/// A dialect's name and headers; `id` and `timestamp` are empty where there are none.
struct WebhookDialectInfo {
    std::string_view name;
    std::string_view id;
    std::string_view timestamp;
    std::string_view signature;
};

/// The row of `dialect`; hex has its signature header in WebhookPolicy.
[[nodiscard]] const WebhookDialectInfo& describe(WebhookDialect dialect) noexcept;

/// Standard Webhooks' identifier: 1..256 printable ASCII characters and no full stop, which would
/// let a part of one signed field be read as another.
[[nodiscard]] bool is_message_id(std::string_view text) noexcept;

/// Keys and policy fit the dialect, or the errors of WebhookVerifier::create().
[[nodiscard]] Status check_webhook_setup(WebhookDialect dialect, std::span<const WebhookKey> keys,
                                         const WebhookPolicy& policy);

/// A key object of checked bytes. @return key.malformed for the id; memory.exhausted.
[[nodiscard]] Result<WebhookKey> make_webhook_key(WebhookKeyKind kind, std::string_view id,
                                                  Bytes bytes);

/// Is it a secret for HMAC, rather than half a pair for Ed25519?
[[nodiscard]] bool is_hmac_key(const WebhookKey& key) noexcept;

/// HMAC-SHA256 of prefix and body under an HMAC key.
[[nodiscard]] Digest256 webhook_mac(const WebhookKey& key, std::string_view prefix, Bytes body);

/// Prefix and body in one piece: Ed25519 reads its message twice. @return memory.exhausted.
[[nodiscard]] Result<ByteBuffer> join_signed(std::string_view prefix, Bytes body);

}  // namespace limpid::security
