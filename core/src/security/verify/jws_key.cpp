#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "limpid/security/asymmetric_verifier.hpp"
#include "limpid/security/jwk.hpp"
#include "security/verify/jose_json.hpp"
#include "security/verify/jws_key.hpp"
#include "security/verify/key_material.hpp"
#include "security/verify/roca.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMinHmacBytes = 32;
constexpr std::size_t kMaxHmacBytes = 1024;
constexpr std::size_t kEd25519Bytes = 32;
constexpr std::size_t kP256Bytes = 32;
// NIST SP 800-131A: 2048 bits at least. 8192 bounds what a hostile key set can cost.
constexpr std::size_t kMinRsaBits = 2048;
constexpr std::size_t kMaxRsaBits = 8192;

std::unexpected<Error> wrong_size(ErrorCode code, std::size_t bytes, std::string_view wanted) {
    return fail(code, std::to_string(bytes) + " bytes; " + std::string(wanted));
}

/// Bits of a big-endian number without leading zeros.
std::size_t bit_length(Bytes number) {
    if (number.empty()) return 0;
    return number.size() * 8 -
           static_cast<std::size_t>(std::countl_zero(std::to_integer<std::uint8_t>(number[0])));
}

bool is_safe_exponent(Bytes exponent) {
    constexpr std::uint32_t kSmallest = 65537;
    if (exponent.empty() || exponent.size() > sizeof(std::uint32_t)) return false;
    std::uint32_t value = 0;
    for (const std::byte b : exponent) value = value << 8 | std::to_integer<std::uint32_t>(b);
    return exponent[0] != std::byte{0} && value >= kSmallest && value % 2 == 1;
}

}  // namespace

Result<JwsKey> make_jws_key(JwsAlgorithm algorithm, bool can_sign, std::string_view id, Bytes first,
                            Bytes second) {
    if (!id.empty() && !is_key_id(id)) {
        return fail(ErrorCode::key_malformed, "a key id is 1..64 of A-Z a-z 0-9 _ -");
    }
    auto material = make_key_material({first, second});
    if (!material) return std::unexpected(material.error());
    return KeyAccess::make<JwsKey>(algorithm, can_sign, id, first.size(), *std::move(material));
}

AsymmetricVerifier::~AsymmetricVerifier() = default;

std::string_view name_of(JwsAlgorithm algorithm) noexcept {
    static constexpr std::array<std::string_view, 5> kJwsNames{"HS256", "EdDSA", "RS256", "PS256",
                                                               "ES256"};
    return kJwsNames[static_cast<std::size_t>(algorithm)];
}

JwsKey::JwsKey(JwsAlgorithm algorithm, bool can_sign, std::string_view id, std::size_t first_bytes,
               std::shared_ptr<const KeyMaterial> material)
    : algorithm_(algorithm),
      can_sign_(can_sign),
      id_(id),
      first_bytes_(first_bytes),
      material_(std::move(material)) {}

Result<JwsKey> JwsKey::hmac_sha256(Bytes secret, std::string_view id) {
    if (secret.size() < kMinHmacBytes) {
        return wrong_size(ErrorCode::key_too_short, secret.size(), "HS256 needs 32 or more");
    }
    if (secret.size() > kMaxHmacBytes) {
        return wrong_size(ErrorCode::key_malformed, secret.size(), "at most 1024");
    }
    return make_jws_key(JwsAlgorithm::hs256, true, id, secret, {});
}

Result<JwsKey> JwsKey::ed25519_public(Bytes key, std::string_view id) {
    if (key.size() != kEd25519Bytes) {
        return wrong_size(ErrorCode::key_malformed, key.size(), "an Ed25519 key has 32");
    }
    return make_jws_key(JwsAlgorithm::eddsa, false, id, {}, key);
}

Result<JwsKey> JwsKey::rsa_public(JwsAlgorithm algorithm, Bytes modulus, Bytes exponent,
                                  std::string_view id) {
    if (algorithm != JwsAlgorithm::rs256 && algorithm != JwsAlgorithm::ps256) {
        return fail(ErrorCode::key_wrong_kind, "an RSA key is for RS256 or PS256");
    }
    if (modulus.empty() || modulus[0] == std::byte{0} ||
        (modulus.back() & std::byte{1}) == std::byte{0}) {
        return fail(ErrorCode::key_malformed, "an RSA modulus is odd and has no leading zero");
    }
    const std::size_t bits = bit_length(modulus);
    if (bits < kMinRsaBits) {
        return fail(ErrorCode::key_too_short, std::to_string(bits) + " bits; RSA needs 2048");
    }
    if (bits > kMaxRsaBits) {
        return fail(ErrorCode::key_malformed, std::to_string(bits) + " bits; at most 8192");
    }
    if (!is_safe_exponent(exponent)) {
        return fail(ErrorCode::key_malformed, "an RSA exponent is odd, 65537..2^32-1");
    }
    if (is_roca_modulus(modulus)) {
        return fail(ErrorCode::key_malformed,
                    "a modulus that can be factored (CVE-2017-15361, ROCA)");
    }
    return make_jws_key(algorithm, false, id, modulus, exponent);
}

Result<JwsKey> JwsKey::es256_public(Bytes x, Bytes y, std::string_view id) {
    if (x.size() != kP256Bytes || y.size() != kP256Bytes) {
        return wrong_size(ErrorCode::key_malformed, x.size() + y.size(),
                          "a point on P-256 has 32 and 32");
    }
    return make_jws_key(JwsAlgorithm::es256, false, id, x, y);
}

}  // namespace limpid::security
