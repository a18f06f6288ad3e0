#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/jws.hpp"
#include "security/ascii.hpp"
#include "security/crypto/ed25519_sign.hpp"
#include "security/crypto/mac.hpp"
#include "security/verify/jws_key.hpp"
#include "security/verify/key_material.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kEdSeedBytes = 32;
constexpr std::size_t kMaxPayloadBytes = 1'048'576;

std::string write_header(const JwsKey& key, std::string_view type) {
    JsonWriter json;
    json.begin_object().key("alg").value(name_of(key.algorithm()));
    if (!key.id().empty()) json.key("kid").value(std::string_view(key.id()));
    if (!type.empty()) json.key("typ").value(type);
    json.end_object();
    return std::move(json).take();
}

}  // namespace

Result<JwsKey> JwsKey::ed25519_private(Bytes seed, std::string_view id) {
    if (seed.size() != kEdSeedBytes) {
        return fail(ErrorCode::key_malformed,
                    std::to_string(seed.size()) + " bytes; an Ed25519 seed has 32");
    }
    const Ed25519SecretKey pair = ed25519_from_seed(seed.first<kEdSeedBytes>());
    return make_jws_key(JwsAlgorithm::eddsa, true, id, pair.span().first(kEdSeedBytes),
                        pair.span().last(kEdSeedBytes));
}

Result<std::string> sign_jws(Bytes payload, const JwsKey& key, std::string_view type) {
    constexpr std::size_t kMaxTypeBytes = 64;
    if (!key.can_sign()) return fail(ErrorCode::key_wrong_kind, "a public key cannot sign");
    if (payload.size() > kMaxPayloadBytes) {
        return fail(ErrorCode::argument_invalid,
                    std::to_string(payload.size()) + " bytes of payload; at most 1048576");
    }
    if (type.size() > kMaxTypeBytes || !is_printable_ascii(type) ||
        type.find_first_of("\"\\") != std::string_view::npos) {
        return fail(ErrorCode::argument_invalid, "typ is not 0..64 plain characters");
    }
    std::string text = encode_base64(as_bytes(write_header(key, type)), Base64::url_unpadded);
    text.append(".").append(encode_base64(payload, Base64::url_unpadded));
    const Bytes message = as_bytes(text);
    const Bytes material = KeyAccess::material(key);
    const std::string signature =
        key.algorithm() == JwsAlgorithm::hs256
            ? encode_base64(hmac_sha256(material, message), Base64::url_unpadded)
            : encode_base64(ed25519_sign(message, material.first<64>()), Base64::url_unpadded);
    return text.append(".").append(signature);
}

}  // namespace limpid::security
