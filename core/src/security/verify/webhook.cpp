#include "limpid/security/webhook.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "limpid/byte_buffer.hpp"
#include "limpid/security/encoding.hpp"
#include "security/crypto/ed25519.hpp"
#include "security/crypto/mac.hpp"
#include "security/crypto/memory.hpp"
#include "security/time.hpp"
#include "security/verify/key_material.hpp"
#include "security/verify/webhook_delivery.hpp"

namespace limpid::security {
namespace {

std::span<const std::byte, 32> public_half(const WebhookKey& key) {
    return KeyAccess::material(key).last<32>();
}

/// The place of the key that signed, or keys.size(). No early exit for secrets: each key's MAC is
/// made and compared with every one that was sent.
Result<std::size_t> find_signer(std::span<const WebhookKey> keys, const ClaimedDelivery& claimed,
                                Bytes body) {
    std::size_t signer = keys.size();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!is_hmac_key(keys[i]) || claimed.macs.empty()) continue;
        const Digest256 mac = webhook_mac(keys[i], claimed.signed_prefix, body);
        for (const Digest256& sent : claimed.macs) {
            if (equal_constant_time(mac, sent)) signer = std::min(signer, i);
        }
    }
    if (signer < keys.size() || claimed.ed25519_signatures.empty()) return signer;
    const Result<ByteBuffer> message = join_signed(claimed.signed_prefix, body);
    if (!message) return std::unexpected(message.error());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (is_hmac_key(keys[i])) continue;
        for (const Ed25519Signature& sent : claimed.ed25519_signatures) {
            if (ed25519_verify(message->span(), sent, public_half(keys[i]))) return i;
        }
    }
    return signer;
}

/// The message's id where senders give one; else what was signed, which names it as well. Not the
/// signature: during a rotation one delivery has several.
std::string replay_id_of(WebhookDialect dialect, const ClaimedDelivery& claimed, Bytes body) {
    std::string id(describe(dialect).name);
    id += ':';
    if (!claimed.message_id.empty()) return id + claimed.message_id;
    Sha256Stream digest;
    digest.update(as_bytes(claimed.signed_prefix));
    digest.update(body);
    return id + encode_hex(digest.finish());
}

Status check_replay(ReplayStore& replays, std::string_view id, UnixSeconds expires,
                    UnixSeconds now) {
    switch (replays.seen(id, expires, now)) {
        case ReplayVerdict::fresh:
            return {};
        case ReplayVerdict::replayed:
            return fail(ErrorCode::webhook_replayed);
        case ReplayVerdict::unavailable:
            break;
    }
    return fail(ErrorCode::webhook_replay_store_unavailable);
}

}  // namespace

bool is_hmac_key(const WebhookKey& key) noexcept {
    return key.kind() == WebhookKeyKind::raw_secret ||
           key.kind() == WebhookKeyKind::standard_secret;
}

Digest256 webhook_mac(const WebhookKey& key, std::string_view prefix, Bytes body) {
    HmacSha256 mac(KeyAccess::material(key));
    mac.update(as_bytes(prefix));
    mac.update(body);
    return mac.finish();
}

Result<ByteBuffer> join_signed(std::string_view prefix, Bytes body) {
    ByteBuffer message;
    if (!message.reserve(prefix.size() + body.size()) || !message.append(as_bytes(prefix)) ||
        !message.append(body)) {
        return fail(ErrorCode::memory_exhausted);
    }
    return message;
}

WebhookVerifier::WebhookVerifier(WebhookDialect dialect, std::vector<WebhookKey> keys,
                                 WebhookPolicy policy)
    : dialect_(dialect), keys_(std::move(keys)), policy_(std::move(policy)) {}

Result<WebhookVerifier> WebhookVerifier::create(WebhookDialect dialect,
                                                std::vector<WebhookKey> keys,
                                                WebhookPolicy policy) {
    if (Status fits = check_webhook_setup(dialect, keys, policy); !fits) {
        return std::unexpected(fits.error());
    }
    return WebhookVerifier(dialect, std::move(keys), std::move(policy));
}

Result<VerifiedWebhook> WebhookVerifier::verify(Bytes body, std::span<const WebhookHeader> headers,
                                                UnixSeconds now, ReplayStore* replays) const {
    Result<ClaimedDelivery> claimed = read_delivery(dialect_, policy_, headers);
    if (!claimed) return std::unexpected(claimed.error());
    if (claimed->timestamp && !is_near(*claimed->timestamp, now, policy_.tolerance_s)) {
        return fail(ErrorCode::webhook_timestamp_out_of_tolerance,
                    "signed for " + std::to_string(claimed->timestamp->value) + ", now " +
                        std::to_string(now.value) + "; tolerance_s is " +
                        std::to_string(policy_.tolerance_s));
    }
    const Result<std::size_t> signer = find_signer(keys_, *claimed, body);
    if (!signer) return std::unexpected(signer.error());
    if (*signer == keys_.size()) return fail(ErrorCode::webhook_signature_mismatch);

    VerifiedWebhook verified;
    verified.timestamp = claimed->timestamp;
    verified.key_id = keys_[*signer].id();
    verified.key_index = *signer;
    verified.replay_id = replay_id_of(dialect_, *claimed, body);
    verified.message_id = std::move(claimed->message_id);
    if (replays != nullptr) {
        const UnixSeconds expires = claimed->timestamp
                                        ? later(*claimed->timestamp, policy_.tolerance_s)
                                        : later(now, policy_.replay_memory_s);
        if (Status fresh = check_replay(*replays, verified.replay_id, expires, now); !fresh) {
            return std::unexpected(fresh.error());
        }
    }
    return verified;
}

}  // namespace limpid::security
