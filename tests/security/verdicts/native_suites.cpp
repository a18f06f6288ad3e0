// What needs OpenSSL: the algorithms of JSON Web Signatures that the portable core does not verify
// by itself.
#include <array>
#include <stdexcept>

#include "limpid/security/jwk.hpp"
#include "native/crypto/openssl_verifier.hpp"
#include "security/verdicts/suites.hpp"
#include "security/verify/key_material.hpp"

namespace limpid::verdicts {
namespace {

const crypto::OpenSslVerifier kVerifier;

/// The group's key, read as every JSON Web Key is. One without `alg` is for ES256.
Result<security::JwsKey> key_of(const Json& group) {
    const char* const member = group.contains("keyJwk") ? "keyJwk" : "publicKeyJwk";
    return security::parse_jwk(group.at(member).dump());
}

std::string refuses_key(const Json& group) {
    const auto key = key_of(group);
    return key ? "" : std::string(key.error().code());
}

template <security::JwsAlgorithm kAlgorithm>
std::optional<bool> accepts(const Json& group, const Json& test) {
    const auto key = key_of(group).value();
    if (key.algorithm() != kAlgorithm) throw std::runtime_error("a key of another algorithm");
    const security::Bytes material = security::KeyAccess::material(key);
    const std::size_t first = security::KeyAccess::first_bytes(key);
    return kVerifier.verify({.algorithm = kAlgorithm,
                             .modulus_or_x = material.first(first),
                             .exponent_or_y = material.subspan(first)},
                            bytes_of(test, "msg"),
                            bytes_of(test, "sig")) == security::AsymmetricVerdict::valid;
}

constexpr auto kEs256 = accepts<security::JwsAlgorithm::es256>;
constexpr auto kRs256 = accepts<security::JwsAlgorithm::rs256>;
constexpr auto kPs256 = accepts<security::JwsAlgorithm::ps256>;

constexpr std::array kSuites = {
    Suite{"es256_p1363", "ecdsa_secp256r1_sha256_p1363_test.json", kEs256, refuses_key},
    Suite{"es256_webcrypto", "ecdsa_secp256r1_webcrypto_test.json", kEs256, refuses_key},
    Suite{"ps256_2048", "rsa_pss_2048_sha256_mgf1_32_test.json", kPs256, refuses_key},
    Suite{"ps256_3072", "rsa_pss_3072_sha256_mgf1_32_test.json", kPs256, refuses_key},
    Suite{"ps256_4096", "rsa_pss_4096_sha256_mgf1_32_test.json", kPs256, refuses_key},
    Suite{"rs256_2048", "rsa_signature_2048_sha256_test.json", kRs256, refuses_key},
    Suite{"rs256_3072", "rsa_signature_3072_sha256_test.json", kRs256, refuses_key},
    Suite{"rs256_4096", "rsa_signature_4096_sha256_test.json", kRs256, refuses_key},
};

}  // namespace

std::span<const Suite> suites() { return kSuites; }

Judged examples() { return judge_examples(&kVerifier); }

}  // namespace limpid::verdicts
