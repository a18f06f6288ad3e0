#include <string>

#include "limpid/security/jwk.hpp"
#include "security/crypto/memory.hpp"
#include "security/verify/jwk_read.hpp"
#include "security/verify/key_material.hpp"

namespace limpid::security {
namespace {

Result<JwsKey> read_private_okp(const nlohmann::json& key, std::string_view id) {
    if (Status fits = check_ed25519(key); !fits) return std::unexpected(fits.error());
    const Result<ByteBuffer> x = read_binary(key, "x");
    if (!x) return std::unexpected(x.error());
    const Result<Secret> seed = read_secret(key, "d");
    if (!seed) return std::unexpected(seed.error());
    Result<JwsKey> pair = JwsKey::ed25519_private(seed->expose(), id);
    if (pair && !equal_constant_time(KeyAccess::material(*pair).last<32>(), x->span())) {
        return fail(ErrorCode::jwk_malformed, "x is not the public key of d");
    }
    return pair;
}

}  // namespace

Result<JwsKey> parse_signing_jwk(std::string_view json) {
    const Result<JwkTree> tree = JwkTree::parse(json);
    if (!tree) return std::unexpected(tree.error());
    const nlohmann::json& key = tree->json();
    const Result<std::string> kind = read_kty(key);
    if (!kind) return std::unexpected(kind.error());
    if (Status use = check_use(key, "sign"); !use) return std::unexpected(use.error());
    const Result<std::string> id = read_kid(key);
    if (!id) return std::unexpected(id.error());
    if (*kind == "oct") return read_oct(key, *id);
    if (*kind == "OKP") return read_private_okp(key, *id);
    return fail(ErrorCode::jwk_unsupported, "another kty");
}

}  // namespace limpid::security
