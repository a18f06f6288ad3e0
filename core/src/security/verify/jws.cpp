#include "limpid/security/jws.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/crypto/ed25519.hpp"
#include "security/crypto/mac.hpp"
#include "security/crypto/memory.hpp"
#include "security/verify/jose_json.hpp"
#include "security/verify/key_material.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxJwsKeys = 100;
constexpr std::size_t kLargestLimit = 1'048'576;

// Each would have the token choose its own key or change what is signed; enc and zip belong to
// encryption.
constexpr std::array<std::string_view, 8> kRefusedHeaders{"crit", "jwk", "jku", "x5u",
                                                          "x5c",  "b64", "enc", "zip"};

/// The three parts of a compact serialisation, still encoded.
struct CompactParts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signing_input;
};

Result<CompactParts> split_compact(std::string_view compact) {
    const auto dots = std::ranges::count(compact, '.');
    if (dots == 4) return fail(ErrorCode::jwt_encrypted);  // RFC 7516 section 7.1
    if (dots != 2) return fail(ErrorCode::jwt_malformed, "not three parts");
    const std::size_t first = compact.find('.');
    const std::size_t second = compact.rfind('.');
    return CompactParts{.header = compact.substr(0, first),
                        .payload = compact.substr(first + 1, second - first - 1),
                        .signature = compact.substr(second + 1),
                        .signing_input = compact.substr(0, second)};
}

Result<ByteBuffer> decode_part(std::string_view text, std::string_view name) {
    Result<ByteBuffer> bytes = decode_base64(text, Base64::url_unpadded);
    if (!bytes && bytes.error().id() == ErrorCode::encoding_malformed) {
        return fail(ErrorCode::jwt_malformed, std::string(name) + " is not unpadded base64url");
    }
    return bytes;
}

/// What a header says, of what is looked at.
struct JoseHeader {
    std::string json;
    std::string algorithm;
    std::string type;
    std::optional<std::string> key_id;
};

Result<JoseHeader> read_header(std::string_view part) {
    const Result<ByteBuffer> bytes = decode_part(part, "the header");
    if (!bytes) return std::unexpected(bytes.error());
    JoseHeader header;
    header.json.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    const Result<Json> tree = parse_jose_object(header.json, ErrorCode::jwt_malformed);
    if (!tree) return std::unexpected(tree.error());
    for (const std::string_view name : kRefusedHeaders) {
        if (tree->contains(name)) return fail(ErrorCode::jwt_header_refused, std::string(name));
    }
    auto algorithm = find_text(*tree, "alg", ErrorCode::jwt_malformed);
    if (!algorithm) return std::unexpected(algorithm.error());
    if (!*algorithm) return fail(ErrorCode::jwt_malformed, "alg is missing");
    auto type = find_text(*tree, "typ", ErrorCode::jwt_malformed);
    if (!type) return std::unexpected(type.error());
    auto key_id = find_text(*tree, "kid", ErrorCode::jwt_malformed);
    if (!key_id) return std::unexpected(key_id.error());
    if (*key_id && !is_key_id(**key_id)) {
        return fail(ErrorCode::jwt_header_refused, "kid is not 1..64 of A-Z a-z 0-9 _ -");
    }
    header.algorithm = **std::move(algorithm);
    header.type = std::move(*type).value_or("");
    header.key_id = *std::move(key_id);
    return header;
}

Result<const JwsKey*> choose_key(std::span<const JwsKey> keys, const JoseHeader& header) {
    const bool single = keys.size() == 1;
    if (!header.key_id) {
        if (single) return keys.data();
        return fail(ErrorCode::jwt_unknown_key, "no kid, and there are several keys");
    }
    if (single && keys.front().id().empty()) return keys.data();
    const auto has_id = [&](const JwsKey& key) { return key.id() == *header.key_id; };
    const auto found = std::ranges::find_if(keys, has_id);
    if (found == keys.end()) return fail(ErrorCode::jwt_unknown_key, "no key has this kid");
    if (std::any_of(found + 1, keys.end(), has_id)) {
        return fail(ErrorCode::jwt_unknown_key, "two keys have this kid");
    }
    return &*found;
}

bool is_named(JwsAlgorithm algorithm, std::string_view name) {
    // RFC 9864 gives EdDSA with Ed25519 its own name.
    return name == name_of(algorithm) || (algorithm == JwsAlgorithm::eddsa && name == "Ed25519");
}

/// r and s from 1 to the order of P-256 - 1 (FIPS 186-5 section 6.4.2): zeros passed in Java
/// (CVE-2022-21449), and here they never reach the library that verifies.
bool is_es256_signature(Bytes signature) {
    static constexpr std::array<std::uint8_t, 32> kOrder{
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
        0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    constexpr std::size_t kHalf = kOrder.size();
    if (signature.size() != 2 * kHalf) return false;
    const auto in_range = [](Bytes number) {
        const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
        return !std::ranges::all_of(number, is_zero) &&
               std::ranges::lexicographical_compare(number, std::as_bytes(std::span(kOrder)));
    };
    return in_range(signature.first(kHalf)) && in_range(signature.last(kHalf));
}

Status verify_asymmetric(const AsymmetricPublicKey& key, Bytes message, Bytes signature,
                         const AsymmetricVerifier* verifier) {
    if (verifier == nullptr) {
        return fail(ErrorCode::jwt_unsupported_algorithm, std::string(name_of(key.algorithm)));
    }
    const bool well_formed = key.algorithm == JwsAlgorithm::es256
                                 ? is_es256_signature(signature)
                                 : signature.size() == key.modulus_or_x.size();
    if (!well_formed) return fail(ErrorCode::jwt_signature_mismatch);
    switch (verifier->verify(key, message, signature)) {
        case AsymmetricVerdict::valid:
            return {};
        case AsymmetricVerdict::unsupported:
            return fail(ErrorCode::jwt_unsupported_algorithm, std::string(name_of(key.algorithm)));
        case AsymmetricVerdict::invalid:
            break;
    }
    return fail(ErrorCode::jwt_signature_mismatch);
}

Status verify_signature(const JwsKey& key, Bytes message, Bytes signature,
                        const AsymmetricVerifier* verifier) {
    const Bytes material = KeyAccess::material(key);
    switch (key.algorithm()) {
        case JwsAlgorithm::hs256:
            if (equal_constant_time(hmac_sha256(material, message), signature)) return {};
            break;
        case JwsAlgorithm::eddsa:
            if (signature.size() == 64 &&
                ed25519_verify(message, signature.first<64>(), material.last<32>())) {
                return {};
            }
            break;
        case JwsAlgorithm::rs256:
        case JwsAlgorithm::ps256:
        case JwsAlgorithm::es256: {
            const std::size_t first = KeyAccess::first_bytes(key);
            return verify_asymmetric({.algorithm = key.algorithm(),
                                      .modulus_or_x = material.first(first),
                                      .exponent_or_y = material.subspan(first)},
                                     message, signature, verifier);
        }
    }
    return fail(ErrorCode::jwt_signature_mismatch);
}

Status check_bounds(std::string_view compact, std::span<const JwsKey> keys,
                    const JwsOptions& options) {
    if (keys.empty()) return fail(ErrorCode::key_none);
    if (keys.size() > kMaxJwsKeys) {
        return fail(ErrorCode::argument_invalid,
                    std::to_string(keys.size()) + " keys; at most 100");
    }
    if (options.max_bytes < 1 || options.max_bytes > kLargestLimit) {
        return fail(ErrorCode::argument_invalid,
                    "max_bytes is " + std::to_string(options.max_bytes) + "; 1..1048576");
    }
    if (compact.size() > options.max_bytes) {
        return fail(ErrorCode::jwt_too_large, std::to_string(compact.size()) +
                                                  " bytes; max_bytes is " +
                                                  std::to_string(options.max_bytes));
    }
    return {};
}

}  // namespace

Result<VerifiedJws> verify_jws(std::string_view compact, std::span<const JwsKey> keys,
                               const JwsOptions& options) {
    if (Status bounded = check_bounds(compact, keys, options); !bounded) {
        return std::unexpected(bounded.error());
    }
    const Result<CompactParts> parts = split_compact(compact);
    if (!parts) return std::unexpected(parts.error());
    Result<JoseHeader> header = read_header(parts->header);
    if (!header) return std::unexpected(header.error());
    const Result<const JwsKey*> key = choose_key(keys, *header);
    if (!key) return std::unexpected(key.error());
    if (!is_named((*key)->algorithm(), header->algorithm)) {
        return fail(ErrorCode::jwt_wrong_algorithm,
                    "the key is for " + std::string(name_of((*key)->algorithm())));
    }
    const Result<ByteBuffer> signature = decode_part(parts->signature, "the signature");
    if (!signature) return std::unexpected(signature.error());
    if (Status genuine = verify_signature(**key, as_bytes(parts->signing_input), signature->span(),
                                          options.asymmetric);
        !genuine) {
        return std::unexpected(genuine.error());
    }
    Result<ByteBuffer> payload = decode_part(parts->payload, "the payload");
    if (!payload) return std::unexpected(payload.error());
    return VerifiedJws{.header_json = std::move(header->json),
                       .type = std::move(header->type),
                       .payload = *std::move(payload),
                       .key_id = (*key)->id()};
}

}  // namespace limpid::security
