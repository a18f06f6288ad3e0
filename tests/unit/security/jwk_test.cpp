#include "limpid/security/jwk.hpp"

#include <gtest/gtest.h>

#include <string>

#include "jose_examples.hpp"
#include "limpid/security/encoding.hpp"

namespace limpid::security::jwk_test {
namespace {

std::string describe(const Result<JwsKey>& key) {
    return key ? std::string(name_of(key->algorithm())) : std::string(key.error().code());
}

std::string verdict(std::string_view json, const JwkOptions& options = {}) {
    return describe(parse_jwk(json, options));
}

std::string signing_verdict(std::string_view json) { return describe(parse_signing_jwk(json)); }

/// An Ed25519 public key with further members.
std::string okp(const std::string& members) {
    return R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")" +
           members + "}";
}

std::string base64url(std::size_t bytes, char value = '\1') {
    return encode_base64(as_bytes(std::string(bytes, value)), Base64::url_unpadded);
}

std::string rsa(std::size_t modulus_bytes, const std::string& exponent,
                const std::string& more = R"(,"alg":"RS256")") {
    return R"({"kty":"RSA","n":")" + base64url(modulus_bytes, '\xff') + R"(","e":")" + exponent +
           "\"" + more + "}";
}

TEST(Jwk, ReadsTheKeysOfTheStandards) {
    EXPECT_EQ(verdict(examples::kHs256Key), "HS256");
    EXPECT_EQ(verdict(examples::kRs256Key), "RS256");
    EXPECT_EQ(verdict(examples::kEs256Key), "ES256");
    EXPECT_EQ(verdict(examples::kEd25519PublicKey), "EdDSA");
    EXPECT_EQ(signing_verdict(examples::kEd25519PrivateKey), "EdDSA");
}

TEST(Jwk, KnowsWhichKeysSign) {
    EXPECT_TRUE(parse_jwk(examples::kHs256Key)->can_sign());
    EXPECT_FALSE(parse_jwk(examples::kEd25519PublicKey)->can_sign());
    EXPECT_TRUE(parse_signing_jwk(examples::kEd25519PrivateKey)->can_sign());
    EXPECT_FALSE(parse_jwk(examples::kEs256Key)->can_sign());
}

TEST(Jwk, RefusesPrivateKeysWherePublicOnesBelong) {
    EXPECT_EQ(verdict(examples::kEd25519PrivateKey), "jwk.private_key");
    for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "k"}) {
        EXPECT_EQ(verdict(okp(",\"" + std::string(member) + R"(":"AA")")), "jwk.private_key");
    }
    EXPECT_EQ(verdict(okp(R"(,"oth":[])")), "jwk.private_key");
}

TEST(Jwk, ObeysUseAndKeyOps) {
    EXPECT_EQ(verdict(okp(R"(,"use":"sig","key_ops":["verify"])")), "EdDSA");
    EXPECT_EQ(verdict(okp(R"(,"key_ops":["sign","verify"])")), "EdDSA");
    EXPECT_EQ(verdict(okp(R"(,"use":"enc")")), "jwk.wrong_use");
    EXPECT_EQ(verdict(okp(R"(,"key_ops":["sign"])")), "jwk.wrong_use");
    EXPECT_EQ(verdict(okp(R"(,"key_ops":[])")), "jwk.wrong_use");
    EXPECT_EQ(verdict(okp(R"(,"key_ops":["verify","verify"])")), "jwk.malformed");
    EXPECT_EQ(verdict(okp(R"(,"key_ops":"verify")")), "jwk.malformed");
    EXPECT_EQ(verdict(okp(R"(,"key_ops":[1])")), "jwk.malformed");
    EXPECT_EQ(verdict(okp(R"(,"use":1)")), "jwk.malformed");
}

TEST(Jwk, TheAlgorithmBelongsToTheKey) {
    EXPECT_EQ(verdict(okp(R"(,"alg":"EdDSA")")), "EdDSA");
    EXPECT_EQ(verdict(okp(R"(,"alg":"Ed25519")")), "EdDSA");
    for (const char* other : {"HS256", "none", "eddsa", "ES256", ""}) {
        EXPECT_EQ(verdict(okp(R"(,"alg":")" + std::string(other) + "\"")), "jwk.unsupported");
    }
    EXPECT_EQ(verdict(R"({"kty":"oct","alg":"HS512","k":")" + base64url(64) + R"("})"),
              "jwk.unsupported");
    EXPECT_EQ(verdict(rsa(256, "AQAB", "")), "jwk.unsupported");
    EXPECT_EQ(verdict(rsa(256, "AQAB", ""), {.rsa_algorithm = JwsAlgorithm::ps256}), "PS256");
    EXPECT_EQ(verdict(rsa(256, "AQAB"), {.rsa_algorithm = JwsAlgorithm::ps256}), "RS256");
    EXPECT_EQ(verdict(rsa(256, "AQAB", ""), {.rsa_algorithm = JwsAlgorithm::hs256}),
              "key.wrong_kind");
}

TEST(Jwk, RefusesWeakKeys) {
    EXPECT_EQ(verdict(R"({"kty":"oct","k":")" + base64url(31) + R"("})"), "key.too_short");
    EXPECT_EQ(verdict(R"({"kty":"oct","k":")" + base64url(32) + R"("})"), "HS256");
    EXPECT_EQ(verdict(rsa(255, "AQAB")), "key.too_short");
    EXPECT_EQ(verdict(rsa(1024, "AQAB")), "RS256");
    EXPECT_EQ(verdict(rsa(1025, "AQAB")), "key.malformed");
    for (const char* exponent : {"Aw", "AQAC", "AAEAAQ", "AQAAAAAB", ""}) {
        EXPECT_EQ(verdict(rsa(256, exponent)), "key.malformed") << exponent;
    }
}

/// 65537^128, whose 2049 bits have the remainders of a modulus of the weak generator; big-endian.
std::string power_of_65537() {
    std::string number("\1", 1);
    for (int i = 0; i < 128; ++i) {
        // n * 65537 = (n << 16) + n
        std::string sum = number + std::string(2, '\0');
        int carry = 0;
        for (std::size_t end = 0; end < sum.size(); ++end) {
            char& digit = sum[sum.size() - 1 - end];
            carry += static_cast<unsigned char>(digit);
            if (end < number.size()) {
                carry += static_cast<unsigned char>(number[number.size() - 1 - end]);
            }
            digit = static_cast<char>(carry);
            carry >>= 8;
        }
        if (carry > 0) sum.insert(0, 1, static_cast<char>(carry));
        number = sum;
    }
    return number;
}

TEST(Jwk, RefusesModuliOfTheWeakGenerator) {
    const auto verdict_of = [](const std::string& modulus) {
        return verdict(R"({"kty":"RSA","alg":"RS256","e":"AQAB","n":")" +
                       encode_base64(as_bytes(modulus), Base64::url_unpadded) + R"("})");
    };
    std::string modulus = power_of_65537();
    ASSERT_EQ(modulus.size(), 257U);
    EXPECT_EQ(verdict_of(modulus), "key.malformed");
    modulus.back() = static_cast<char>(modulus.back() + 2);
    EXPECT_EQ(verdict_of(modulus), "RS256");
}

TEST(Jwk, RefusesNumbersThatAreNotInTheirOneForm) {
    const std::string leading_zero = encode_base64(
        as_bytes(std::string(1, '\0') + std::string(256, '\xff')), Base64::url_unpadded);
    EXPECT_EQ(verdict(R"({"kty":"RSA","alg":"RS256","e":"AQAB","n":")" + leading_zero + R"("})"),
              "key.malformed");
    EXPECT_EQ(verdict(R"({"kty":"EC","crv":"P-256","x":")" + base64url(31) + R"(","y":")" +
                      base64url(32) + R"("})"),
              "key.malformed");
    EXPECT_EQ(verdict(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"), "key.malformed");
    // The last character holds two bits that are no part of the key.
    EXPECT_EQ(
        verdict(
            R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"})"),
        "jwk.malformed");
    EXPECT_EQ(
        verdict(
            R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="})"),
        "jwk.malformed");
}

TEST(Jwk, RefusesWhatIsNoKey) {
    for (
        const char* text :
        {"", "null", "[]", "{}", R"({"kty":1})", R"({"kty":"OKP"})", R"({"kty":"oct"})",
         R"({"kty":"oct","k":1})", R"({"kty":"RSA","alg":"RS256"})",
         R"({"kty":"OKP","crv":"Ed25519","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"}) {
        EXPECT_EQ(verdict(text), "jwk.malformed") << text;
    }
    for (const char* text :
         {R"({"kty":"OKT"})", R"({"kty":"OKP","crv":"X25519","x":"AA"})",
          R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})", R"({"kty":"okp","crv":"Ed25519"})"}) {
        EXPECT_EQ(verdict(text), "jwk.unsupported") << text;
    }
    EXPECT_EQ(verdict(std::string(16 * 1024 + 1, ' ')), "jwk.malformed");
}

TEST(Jwk, RefusesAPrivateKeyWhosePublicHalfIsAnothers) {
    std::string key(examples::kEd25519PrivateKey);
    key.replace(key.find("11qY"), 4, "21qY");
    EXPECT_EQ(signing_verdict(key), "jwk.malformed");
    EXPECT_EQ(signing_verdict(examples::kEd25519PublicKey), "jwk.malformed");
    EXPECT_EQ(signing_verdict(examples::kRs256Key), "jwk.unsupported");
}

TEST(Jwk, ErrorsNeverHoldTheKey) {
    const auto key = parse_jwk(R"({"kty":"oct","k":"c2VjcmV0IGJ1dCBub3QgbXVjaA=="})");
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().message().find("c2Vj"), std::string::npos);
}

TEST(JwkSet, PassesOverWhatItDoesNotKnow) {
    const auto set =
        parse_jwk_set(R"({"keys":[)" + okp(R"(,"kid":"a")") + "," +
                      okp(R"(,"kid":"b","use":"enc")") + "," + okp(R"(,"kid":"../../etc/passwd")") +
                      "," + R"({"kty":"EC","crv":"P-521","x":"AA","y":"AA"},)" +
                      std::string(examples::kEs256Key) + R"(],"next":1})");
    ASSERT_TRUE(set) << set.error().message();
    ASSERT_EQ(set->keys.size(), 2U);
    EXPECT_EQ(set->keys[0].id(), "a");
    EXPECT_EQ(set->keys[1].algorithm(), JwsAlgorithm::es256);
    EXPECT_EQ(set->ignored, 3U);
}

TEST(JwkSet, RefusesTheWholeSetForOneBadKey) {
    const auto code = [](const std::string& keys) {
        const auto set = parse_jwk_set(R"({"keys":[)" + keys + "]}");
        return set ? "ok" : std::string(set.error().code());
    };
    const std::string good = okp(R"(,"kid":"a")");
    EXPECT_EQ(code(good), "ok");
    EXPECT_EQ(code(good + "," + good), "jwk.malformed");
    EXPECT_EQ(code(good + "," + std::string(examples::kEd25519PrivateKey)), "jwk.private_key");
    EXPECT_EQ(code(good + "," + std::string(examples::kHs256Key)), "jwk.private_key");
    EXPECT_EQ(code(good + "," + rsa(128, "AQAB")), "key.too_short");
    EXPECT_EQ(code(good + ",1"), "jwk.malformed");
    EXPECT_EQ(code(""), "key.none");
    EXPECT_FALSE(parse_jwk_set("{}"));
    EXPECT_FALSE(parse_jwk_set(R"({"keys":{}})"));
    std::string many = good;
    for (int i = 0; i < 100; ++i) many += "," + okp(R"(,"kid":")" + std::to_string(i) + "\"");
    EXPECT_EQ(code(many), "jwk.malformed");
}

}  // namespace
}  // namespace limpid::security::jwk_test
