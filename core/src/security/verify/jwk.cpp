#include "limpid/security/jwk.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "security/crypto/memory.hpp"
#include "security/verify/jose_json.hpp"
#include "security/verify/jwk_read.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxJwkBytes = 16 * 1024;
constexpr std::size_t kMaxJwkSetBytes = 256 * 1024;
constexpr std::size_t kMaxKeys = 100;

// RFC 7518 section 6 and RFC 8037 section 2: what only the private half of a pair has.
constexpr std::array<std::string_view, 7> kPrivateMembers{"d", "p", "q", "dp", "dq", "qi", "oth"};

void wipe_member(Json& tree, std::string_view name) {
    const auto found = tree.find(name);
    if (found == tree.end() || !found->is_string()) return;
    wipe(std::as_writable_bytes(std::span(found->get_ref<std::string&>())));
}

bool has_private_member(const Json& key, bool symmetric) {
    if (!symmetric && key.contains("k")) return true;
    return std::ranges::any_of(kPrivateMembers,
                               [&](std::string_view name) { return key.contains(name); });
}

Result<JwsKey> read_okp(const Json& key, std::string_view id) {
    if (Status fits = check_ed25519(key); !fits) return std::unexpected(fits.error());
    const Result<ByteBuffer> x = read_binary(key, "x");
    if (!x) return std::unexpected(x.error());
    return JwsKey::ed25519_public(x->span(), id);
}

Result<JwsKey> read_rsa(const Json& key, const JwkOptions& options, std::string_view id) {
    if (Status fits = check_algorithm(key, {"RS256", "PS256"}); !fits) {
        return std::unexpected(fits.error());
    }
    const auto name = find_text(key, "alg", ErrorCode::jwk_malformed);
    std::optional<JwsAlgorithm> algorithm = options.rsa_algorithm;
    if (name && *name) {
        algorithm = **name == "RS256" ? JwsAlgorithm::rs256 : JwsAlgorithm::ps256;
    }
    if (!algorithm) return fail(ErrorCode::jwk_unsupported, "an RSA key without alg");
    const Result<ByteBuffer> modulus = read_binary(key, "n");
    if (!modulus) return std::unexpected(modulus.error());
    const Result<ByteBuffer> exponent = read_binary(key, "e");
    if (!exponent) return std::unexpected(exponent.error());
    return JwsKey::rsa_public(*algorithm, modulus->span(), exponent->span(), id);
}

Result<JwsKey> read_ec(const Json& key, std::string_view id) {
    if (Status fits = check_curve(key, "P-256"); !fits) return std::unexpected(fits.error());
    if (Status fits = check_algorithm(key, {"ES256"}); !fits) return std::unexpected(fits.error());
    const Result<ByteBuffer> x = read_binary(key, "x");
    if (!x) return std::unexpected(x.error());
    const Result<ByteBuffer> y = read_binary(key, "y");
    if (!y) return std::unexpected(y.error());
    return JwsKey::es256_public(x->span(), y->span(), id);
}

Result<JwsKey> read_key(const Json& key, const JwkOptions& options) {
    const Result<std::string> kind = read_kty(key);
    if (!kind) return std::unexpected(kind.error());
    if (has_private_member(key, *kind == "oct")) return fail(ErrorCode::jwk_private_key);
    if (Status use = check_use(key, "verify"); !use) return std::unexpected(use.error());
    const Result<std::string> id = read_kid(key);
    if (!id) return std::unexpected(id.error());
    if (*kind == "oct") return read_oct(key, *id);
    if (*kind == "OKP") return read_okp(key, *id);
    if (*kind == "RSA") return read_rsa(key, options, *id);
    if (*kind == "EC") return read_ec(key, *id);
    return fail(ErrorCode::jwk_unsupported, "another kty");
}

Result<Json> parse_bounded(std::string_view json, std::size_t max_bytes) {
    if (json.size() > max_bytes) {
        return fail(ErrorCode::jwk_malformed,
                    std::to_string(json.size()) + " bytes; at most " + std::to_string(max_bytes));
    }
    return parse_jose_object(json, ErrorCode::jwk_malformed);
}

bool is_ignorable(ErrorCode code) {
    return code == ErrorCode::jwk_unsupported || code == ErrorCode::jwk_wrong_use;
}

}  // namespace

Result<JwkTree> JwkTree::parse(std::string_view json) {
    Result<Json> tree = parse_bounded(json, kMaxJwkBytes);
    if (!tree) return std::unexpected(tree.error());
    return JwkTree(*std::move(tree));
}

JwkTree::~JwkTree() {
    wipe_member(tree_, "k");
    for (const std::string_view name : kPrivateMembers) wipe_member(tree_, name);
}

Result<JwsKey> parse_jwk(std::string_view json, const JwkOptions& options) {
    const Result<JwkTree> tree = JwkTree::parse(json);
    if (!tree) return std::unexpected(tree.error());
    return read_key(tree->json(), options);
}

Result<JwkSet> parse_jwk_set(std::string_view json, const JwkOptions& options) {
    const Result<Json> tree = parse_bounded(json, kMaxJwkSetBytes);
    if (!tree) return std::unexpected(tree.error());
    const auto keys = tree->find("keys");
    if (keys == tree->end() || !keys->is_array()) {
        return fail(ErrorCode::jwk_malformed, "keys is not an array");
    }
    if (keys->size() > kMaxKeys) {
        return fail(ErrorCode::jwk_malformed, std::to_string(keys->size()) + " keys; at most 100");
    }
    JwkSet set;
    for (const Json& key : *keys) {
        if (!key.is_object()) return fail(ErrorCode::jwk_malformed, "a key is not an object");
        if (key.contains("k")) return fail(ErrorCode::jwk_private_key, "a secret in a public set");
        Result<JwsKey> read = read_key(key, options);
        if (!read && is_ignorable(read.error().id())) {
            ++set.ignored;
            continue;
        }
        if (!read) return std::unexpected(read.error());
        const bool twice = std::ranges::any_of(set.keys, [&](const JwsKey& other) {
            return !other.id().empty() && other.id() == read->id();
        });
        if (twice) return fail(ErrorCode::jwk_malformed, "two keys with one kid");
        set.keys.push_back(*std::move(read));
    }
    if (set.keys.empty()) return fail(ErrorCode::key_none, "the set holds none that is usable");
    return set;
}

}  // namespace limpid::security
