#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "limpid/security/webhook.hpp"
#include "security/verify/key_material.hpp"
#include "security/verify/webhook_delivery.hpp"

namespace limpid::security {
namespace {

// Standard Webhooks 1.0, "Signature scheme": between 24 and 64 bytes.
constexpr std::size_t kMinStandardSecretBytes = 24;
constexpr std::size_t kMaxStandardSecretBytes = 64;
// RFC 2104 section 3 asks for the digest's length; senders such as GitHub let people type less.
constexpr std::size_t kMinRawSecretBytes = 16;
constexpr std::size_t kMaxRawSecretBytes = 1024;

constexpr std::size_t kEd25519KeyBytes = 32;

std::unexpected<Error> wrong_secret_size(ErrorCode code, std::size_t bytes,
                                         std::string_view wanted) {
    return fail(code, std::to_string(bytes) + " bytes; " + std::string(wanted));
}

Result<WebhookKey> make_hmac(WebhookKeyKind kind, std::string_view id, Bytes secret,
                             std::size_t min_bytes, std::size_t max_bytes) {
    const std::string wanted = std::to_string(min_bytes) + ".." + std::to_string(max_bytes);
    if (secret.size() < min_bytes)
        return wrong_secret_size(ErrorCode::key_too_short, secret.size(), wanted);
    if (secret.size() > max_bytes)
        return wrong_secret_size(ErrorCode::key_malformed, secret.size(), wanted);
    return make_webhook_key(kind, id, secret);
}

}  // namespace

Result<WebhookKey> make_webhook_key(WebhookKeyKind kind, std::string_view id, Bytes bytes) {
    if (Status named = check_key_name(id); !named) return std::unexpected(named.error());
    auto material = make_key_material({bytes});
    if (!material) return std::unexpected(material.error());
    return KeyAccess::make<WebhookKey>(kind, id, *std::move(material));
}

WebhookKey::WebhookKey(WebhookKeyKind kind, std::string_view id,
                       std::shared_ptr<const KeyMaterial> material)
    : kind_(kind), id_(id), material_(std::move(material)) {}

Result<WebhookKey> WebhookKey::parse(std::string_view text, std::string_view id) {
    const std::string_view prefix = text.substr(0, text.find('_') + 1);
    if (prefix != "whsec_" && prefix != "whpk_" && prefix != "whsk_") {
        return fail(ErrorCode::key_malformed, "no whsec_, whpk_ or whsk_ at its beginning");
    }
    if (prefix == "whsk_") {
        return fail(ErrorCode::key_wrong_kind, "a private key; parse_private() reads it");
    }
    Result<ByteBuffer> decoded = decode_base64(text.substr(prefix.size()), Base64::standard);
    if (!decoded) return fail(ErrorCode::key_malformed, "what follows the prefix is no base64");
    const Result<Secret> secret = Secret::take(decoded->span());
    if (!secret) return std::unexpected(secret.error());
    const Bytes bytes = secret->expose();
    if (prefix == "whsec_") {
        return make_hmac(WebhookKeyKind::standard_secret, id, bytes, kMinStandardSecretBytes,
                         kMaxStandardSecretBytes);
    }
    if (bytes.size() != kEd25519KeyBytes) {
        return wrong_secret_size(ErrorCode::key_malformed, bytes.size(),
                                 "an Ed25519 public key has 32");
    }
    return make_webhook_key(WebhookKeyKind::ed25519_public, id, bytes);
}

Result<WebhookKey> WebhookKey::raw_secret(Bytes secret, std::string_view id) {
    return make_hmac(WebhookKeyKind::raw_secret, id, secret, kMinRawSecretBytes,
                     kMaxRawSecretBytes);
}

}  // namespace limpid::security
