#include "security/verify/jwk_read.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/verify/jose_json.hpp"

namespace limpid::security {

namespace {
using Json = nlohmann::json;
}  // namespace

Result<std::string> read_kty(const Json& key) {
    auto kind = find_text(key, "kty", ErrorCode::jwk_malformed);
    if (!kind) return std::unexpected(kind.error());
    if (!*kind) return fail(ErrorCode::jwk_malformed, "kty is missing");
    return **std::move(kind);
}

Result<std::string> read_kid(const Json& key) {
    auto id = find_text(key, "kid", ErrorCode::jwk_malformed);
    if (!id) return std::unexpected(id.error());
    if (*id && !is_key_id(**id)) {
        return fail(ErrorCode::jwk_unsupported, "kid is not 1..64 of A-Z a-z 0-9 _ -");
    }
    return std::move(*id).value_or("");
}

Result<ByteBuffer> read_binary(const Json& key, std::string_view name) {
    const auto found = key.find(name);
    if (found == key.end())
        return fail(ErrorCode::jwk_malformed, std::string(name) + " is missing");
    if (!found->is_string()) {
        return fail(ErrorCode::jwk_malformed, std::string(name) + " is not text");
    }
    Result<ByteBuffer> bytes =
        decode_base64(found->get_ref<const std::string&>(), Base64::url_unpadded);
    if (!bytes) {
        return fail(ErrorCode::jwk_malformed, std::string(name) + " is not unpadded base64url");
    }
    return bytes;
}

Result<Secret> read_secret(const Json& key, std::string_view name) {
    Result<ByteBuffer> bytes = read_binary(key, name);
    if (!bytes) return std::unexpected(bytes.error());
    return Secret::take(bytes->span());
}

Status check_use(const Json& key, std::string_view operation) {
    const auto use = find_text(key, "use", ErrorCode::jwk_malformed);
    if (!use) return std::unexpected(use.error());
    if (*use && **use != "sig") return fail(ErrorCode::jwk_wrong_use, "use is not sig");
    const auto operations = key.find("key_ops");
    if (operations == key.end()) return {};
    if (!operations->is_array()) return fail(ErrorCode::jwk_malformed, "key_ops is not an array");
    bool allowed = false;
    for (auto item = operations->begin(); item != operations->end(); ++item) {
        if (!item->is_string() || std::find(operations->begin(), item, *item) != item) {
            return fail(ErrorCode::jwk_malformed, "key_ops is not a set of texts");
        }
        allowed = allowed || item->get_ref<const std::string&>() == operation;
    }
    if (!allowed) {
        return fail(ErrorCode::jwk_wrong_use, "key_ops is without " + std::string(operation));
    }
    return {};
}

Status check_algorithm(const Json& key, std::initializer_list<std::string_view> allowed) {
    const auto algorithm = find_text(key, "alg", ErrorCode::jwk_malformed);
    if (!algorithm) return std::unexpected(algorithm.error());
    if (*algorithm && std::ranges::find(allowed, std::string_view(**algorithm)) == allowed.end()) {
        return fail(ErrorCode::jwk_unsupported, "another alg");
    }
    return {};
}

Status check_curve(const Json& key, std::string_view wanted) {
    const auto curve = find_text(key, "crv", ErrorCode::jwk_malformed);
    if (!curve) return std::unexpected(curve.error());
    if (!*curve) return fail(ErrorCode::jwk_malformed, "crv is missing");
    if (**curve != wanted) return fail(ErrorCode::jwk_unsupported, "another crv");
    return {};
}

Status check_ed25519(const Json& key) {
    if (Status fits = check_curve(key, "Ed25519"); !fits) return fits;
    return check_algorithm(key, {"EdDSA", "Ed25519"});
}

Result<JwsKey> read_oct(const Json& key, std::string_view id) {
    if (Status fits = check_algorithm(key, {"HS256"}); !fits) return std::unexpected(fits.error());
    const Result<Secret> secret = read_secret(key, "k");
    if (!secret) return std::unexpected(secret.error());
    return JwsKey::hmac_sha256(secret->expose(), id);
}

}  // namespace limpid::security
