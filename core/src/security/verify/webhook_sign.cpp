#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/webhook.hpp"
#include "security/ascii.hpp"
#include "security/crypto/ed25519_sign.hpp"
#include "security/crypto/memory.hpp"
#include "security/verify/key_material.hpp"
#include "security/verify/webhook_delivery.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kSigningSeedBytes = 32;

Result<WebhookKey> make_private(std::string_view id, Bytes bytes) {
    if (bytes.size() != kSigningSeedBytes && bytes.size() != 2 * kSigningSeedBytes) {
        return fail(ErrorCode::key_malformed,
                    std::to_string(bytes.size()) + " bytes; an Ed25519 private key has 32 or 64");
    }
    const Ed25519SecretKey pair = ed25519_from_seed(bytes.first<kSigningSeedBytes>());
    if (bytes.size() > kSigningSeedBytes && !equal_constant_time(bytes, pair.span())) {
        return fail(ErrorCode::key_malformed, "the public key is not the private key's");
    }
    return make_webhook_key(WebhookKeyKind::ed25519_private, id, pair.span());
}

void append_signature(WebhookDialect dialect, const WebhookKey& key, std::string_view prefix,
                      Bytes body, std::string& list) {
    const std::string hex_or_base64 = [&] {
        const Digest256 mac = webhook_mac(key, prefix, body);
        const bool base64 = dialect == WebhookDialect::standard || dialect == WebhookDialect::svix;
        return base64 ? encode_base64(mac, Base64::standard) : encode_hex(mac);
    }();
    switch (dialect) {
        case WebhookDialect::standard:
        case WebhookDialect::svix:
            list.append(list.empty() ? "v1," : " v1,").append(hex_or_base64);
            break;
        case WebhookDialect::stripe:
            list.append(",v1=").append(hex_or_base64);
            break;
        case WebhookDialect::github:
            list.append("sha256=").append(hex_or_base64);
            break;
        case WebhookDialect::hex:
            list.append(hex_or_base64);
            break;
    }
}

}  // namespace

Result<WebhookKey> WebhookKey::parse_private(std::string_view text, std::string_view id) {
    constexpr std::string_view kPrefix = "whsk_";
    if (!text.starts_with(kPrefix)) {
        return fail(ErrorCode::key_malformed, "no whsk_ at its beginning");
    }
    Result<ByteBuffer> decoded = decode_base64(text.substr(kPrefix.size()), Base64::standard);
    if (!decoded) return fail(ErrorCode::key_malformed, "what follows the prefix is no base64");
    const Result<Secret> secret = Secret::take(decoded->span());
    if (!secret) return std::unexpected(secret.error());
    return make_private(id, secret->expose());
}

WebhookSigner::WebhookSigner(WebhookDialect dialect, std::vector<WebhookKey> keys,
                             WebhookPolicy policy)
    : dialect_(dialect), keys_(std::move(keys)), policy_(std::move(policy)) {}

Result<WebhookSigner> WebhookSigner::create(WebhookDialect dialect, std::vector<WebhookKey> keys,
                                            WebhookPolicy policy) {
    if (Status fits = check_webhook_setup(dialect, keys, policy); !fits) {
        return std::unexpected(fits.error());
    }
    if (std::ranges::any_of(keys, [](const WebhookKey& key) {
            return key.kind() == WebhookKeyKind::ed25519_public;
        })) {
        return fail(ErrorCode::key_wrong_kind, "a public key cannot sign");
    }
    const bool one_signature = dialect == WebhookDialect::github || dialect == WebhookDialect::hex;
    if (one_signature && keys.size() > 1) {
        return fail(ErrorCode::argument_invalid,
                    std::string(describe(dialect).name) + " has room for one signature");
    }
    return WebhookSigner(dialect, std::move(keys), std::move(policy));
}

Result<std::vector<SignedWebhookHeader>> WebhookSigner::sign(Bytes body,
                                                             std::string_view message_id,
                                                             UnixSeconds now) const {
    if (now < UnixSeconds{0} || now > kLatestWritableTime) {
        return fail(ErrorCode::argument_invalid, "a time that has no timestamp");
    }
    const WebhookDialectInfo& names = describe(dialect_);
    const std::string time = std::to_string(now.value);
    std::vector<SignedWebhookHeader> headers;
    std::string prefix;
    std::string signatures;
    if (!names.id.empty()) {
        if (!is_message_id(message_id)) {
            return fail(ErrorCode::argument_invalid,
                        "a message id is 1..256 bytes of printable ASCII without a full stop");
        }
        prefix.append(message_id).append(".").append(time).append(".");
        headers.emplace_back(std::string(names.id), std::string(message_id));
        headers.emplace_back(std::string(names.timestamp), time);
    } else if (dialect_ == WebhookDialect::stripe) {
        prefix = time + ".";
        signatures = "t=" + time;
    }
    for (const WebhookKey& key : keys_) {
        if (is_hmac_key(key)) {
            append_signature(dialect_, key, prefix, body, signatures);
            continue;
        }
        const Result<ByteBuffer> message = join_signed(prefix, body);
        if (!message) return std::unexpected(message.error());
        const Ed25519Signature signature =
            ed25519_sign(message->span(), KeyAccess::material(key).first<64>());
        signatures.append(signatures.empty() ? "v1a," : " v1a,");
        signatures.append(encode_base64(signature, Base64::standard));
    }
    headers.emplace_back(
        std::string(dialect_ == WebhookDialect::hex ? std::string_view(policy_.signature_header)
                                                    : names.signature),
        std::move(signatures));
    return headers;
}

}  // namespace limpid::security
