#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::security {

/// The tree of a JSON Web Key. Its secret members are overwritten before their memory is given
/// back.
class JwkTree {
public:
    /// @return jwk.malformed.
    [[nodiscard]] static Result<JwkTree> parse(std::string_view json);
    JwkTree(JwkTree&&) noexcept = default;
    JwkTree& operator=(JwkTree&&) = delete;
    JwkTree(const JwkTree&) = delete;
    JwkTree& operator=(const JwkTree&) = delete;
    ~JwkTree();

    [[nodiscard]] const nlohmann::json& json() const noexcept { return tree_; }

private:
    explicit JwkTree(nlohmann::json&& tree) noexcept : tree_(std::move(tree)) {}
    nlohmann::json tree_;
};

/// `kty`. @return jwk.malformed.
[[nodiscard]] Result<std::string> read_kty(const nlohmann::json& key);

/// `kid`, empty when absent. @return jwk.malformed; jwk.unsupported for one no token may have.
[[nodiscard]] Result<std::string> read_kid(const nlohmann::json& key);

/// A member of unpadded base64url. @return jwk.malformed.
[[nodiscard]] Result<ByteBuffer> read_binary(const nlohmann::json& key, std::string_view name);
[[nodiscard]] Result<Secret> read_secret(const nlohmann::json& key, std::string_view name);

/// RFC 7517 sections 4.2 and 4.3: `use` and `key_ops` allow `operation`, "verify" or "sign".
/// @return jwk.malformed, jwk.wrong_use.
[[nodiscard]] Status check_use(const nlohmann::json& key, std::string_view operation);

/// `alg` is absent or one of `allowed`. @return jwk.malformed, jwk.unsupported.
[[nodiscard]] Status check_algorithm(const nlohmann::json& key,
                                     std::initializer_list<std::string_view> allowed);

/// `crv` is `wanted`. @return jwk.malformed, jwk.unsupported.
[[nodiscard]] Status check_curve(const nlohmann::json& key, std::string_view wanted);

/// A key for Ed25519, as far as `crv` and `alg` tell. @return jwk.malformed, jwk.unsupported.
[[nodiscard]] Status check_ed25519(const nlohmann::json& key);

/// A key of kty oct. @return as parse_jwk().
[[nodiscard]] Result<JwsKey> read_oct(const nlohmann::json& key, std::string_view id);

}  // namespace limpid::security
