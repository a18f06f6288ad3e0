#include "native/crypto/openssl_verifier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "limpid/security/jws.hpp"
#include "unit/security/jose_examples.hpp"

namespace limpid::crypto {
namespace {

using namespace security::examples;  // NOLINT(google-build-using-namespace): constants only
using security::AsymmetricVerdict;
using security::JwsAlgorithm;
using security::JwsKey;

JwsKey key(std::string_view json) { return security::parse_jwk(json).value(); }

/// The payload, or the code the token is refused with.
std::string verdict(std::string_view token, const JwsKey& with) {
    const OpenSslVerifier verifier;
    const auto verified = security::verify_jws(token, std::vector{with}, {.asymmetric = &verifier});
    if (!verified) return std::string(verified.error().code());
    return {reinterpret_cast<const char*>(verified->payload.data()), verified->payload.size()};
}

TEST(OpenSslVerifier, VerifiesTheExamplesOfRfc7515) {
    EXPECT_EQ(verdict(kRs256Token, key(kRs256Key)), kClaims);
    EXPECT_EQ(verdict(kEs256Token, key(kEs256Key)), kClaims);
}

TEST(OpenSslVerifier, RefusesEverySingleByteChangeOfTheExamples) {
    for (const auto& [token, with] :
         {std::pair(kRs256Token, key(kRs256Key)), std::pair(kEs256Token, key(kEs256Key))}) {
        std::string changed(token);
        for (std::size_t at = 0; at < token.size(); ++at) {
            for (const int change : {1, 2, 4, 32}) {
                changed[at] = static_cast<char>(token[at] ^ change);
                ASSERT_TRUE(verdict(changed, with).starts_with("jwt.")) << changed;
            }
            changed[at] = token[at];
        }
    }
}

TEST(OpenSslVerifier, RefusesPkcs1SignaturesWithAPssKey) {
    std::string pss(kRs256Key);
    pss.replace(pss.find("RS256"), 5, "PS256");
    std::string token(kRs256Token);
    EXPECT_EQ(verdict(token, key(pss)), "jwt.wrong_algorithm");
    const OpenSslVerifier verifier;
    const auto modulus =
        security::decode_base64(std::string(kRs256Key.substr(kRs256Key.find("\"n\":\"") + 5, 342)),
                                security::Base64::url_unpadded);
    const std::array exponent{std::byte{1}, std::byte{0}, std::byte{1}};
    const auto signature =
        security::decode_base64(token.substr(token.rfind('.') + 1), security::Base64::url_unpadded);
    const security::Bytes message =
        security::as_bytes(std::string_view(kRs256Token).substr(0, kRs256Token.rfind('.')));
    const auto with = [&](JwsAlgorithm algorithm) {
        return verifier.verify(
            {.algorithm = algorithm, .modulus_or_x = modulus->span(), .exponent_or_y = exponent},
            message, signature->span());
    };
    EXPECT_EQ(with(JwsAlgorithm::rs256), AsymmetricVerdict::valid);
    EXPECT_EQ(with(JwsAlgorithm::ps256), AsymmetricVerdict::invalid);
    EXPECT_EQ(with(JwsAlgorithm::hs256), AsymmetricVerdict::unsupported);
    EXPECT_EQ(with(JwsAlgorithm::eddsa), AsymmetricVerdict::unsupported);
    EXPECT_EQ(with(JwsAlgorithm::es256), AsymmetricVerdict::invalid);
}

TEST(OpenSslVerifier, RefusesPointsThatAreNotOnTheCurve) {
    const std::string ones(32, '\1');
    const std::string large(32, '\xff');
    const std::string zeros(32, '\0');
    const std::string signature = ones + ones;
    const OpenSslVerifier verifier;
    for (const auto& [x, y] : {std::pair(ones, ones), std::pair(zeros, zeros),
                               std::pair(large, large), std::pair(ones, zeros)}) {
        EXPECT_EQ(verifier.verify({.algorithm = JwsAlgorithm::es256,
                                   .modulus_or_x = security::as_bytes(x),
                                   .exponent_or_y = security::as_bytes(y)},
                                  security::as_bytes("message"), security::as_bytes(signature)),
                  AsymmetricVerdict::invalid);
    }
}

}  // namespace
}  // namespace limpid::crypto
