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

const Json& jwk_of(const Json& group) {
    return group.at(group.contains("keyJwk") ? "keyJwk" : "publicKeyJwk");
}

/// In base64url what has fewer than four characters has fewer than three bytes.
bool has_small_exponent(const Json& jwk) {
    return jwk.contains("e") && jwk.at("e").get_ref<const std::string&>().size() < 4;
}

template <security::JwsAlgorithm kAlgorithm>
std::optional<Answer> answer(const Json& group, const Json& test) {
    // Read as every JSON Web Key is. One without `alg` is for ES256.
    const auto read = security::parse_jwk(jwk_of(group).dump());
    if (!read) {
        const bool is_by_rule =
            read.error().id() == ErrorCode::key_malformed && has_small_exponent(jwk_of(group));
        return Answer{.accepted = false,
                      .code = std::string(read.error().code()),
                      .rule = is_by_rule ? "an RSA exponent below 65537" : ""};
    }
    const security::JwsKey& key = *read;
    if (key.algorithm() != kAlgorithm) throw std::runtime_error("a key of another algorithm");
    const security::Bytes material = security::KeyAccess::material(key);
    const std::size_t first = security::KeyAccess::first_bytes(key);
    const auto verdict = kVerifier.verify({.algorithm = kAlgorithm,
                                           .modulus_or_x = material.first(first),
                                           .exponent_or_y = material.subspan(first)},
                                          bytes_of(test, "msg"), bytes_of(test, "sig"));
    return Answer{.accepted = verdict == security::AsymmetricVerdict::valid};
}

std::optional<Answer> answer_jws_with_openssl(const Json& group, const Json& test) {
    return answer_jws(group, test, &kVerifier);
}

constexpr auto kEs256 = answer<security::JwsAlgorithm::es256>;
constexpr auto kRs256 = answer<security::JwsAlgorithm::rs256>;
constexpr auto kPs256 = answer<security::JwsAlgorithm::ps256>;

constexpr std::array kSuites = {
    Suite{"es256_p1363", "ecdsa_secp256r1_sha256_p1363_test.json", kEs256},
    Suite{"es256_webcrypto", "ecdsa_secp256r1_webcrypto_test.json", kEs256},
    Suite{"json_web_key", "json_web_key_test.json", answer_jws_with_openssl},
    Suite{"json_web_signature", "json_web_signature_test.json", answer_jws_with_openssl},
    Suite{"ps256_2048", "rsa_pss_2048_sha256_mgf1_32_test.json", kPs256},
    Suite{"ps256_3072", "rsa_pss_3072_sha256_mgf1_32_test.json", kPs256},
    Suite{"ps256_4096", "rsa_pss_4096_sha256_mgf1_32_test.json", kPs256},
    Suite{"rs256_2048", "rsa_signature_2048_sha256_test.json", kRs256},
    Suite{"rs256_3072", "rsa_signature_3072_sha256_test.json", kRs256},
    Suite{"rs256_4096", "rsa_signature_4096_sha256_test.json", kRs256},
};

}  // namespace

std::span<const Suite> suites() { return kSuites; }

Judged examples() { return judge_examples(&kVerifier); }

}  // namespace limpid::verdicts
