// Row W8: the attacks that tools such as jwt_tool try, each with keys of every kind.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "jose_examples.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/jwt.hpp"

namespace limpid::security::jwt_attacks_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};
constexpr std::string_view kGoodClaims = R"({"iss":"i","aud":"a","sub":"admin","exp":1800003600})";

std::string base64url(std::string_view text) {
    return encode_base64(as_bytes(text), Base64::url_unpadded);
}

std::string unsigned_token(std::string_view header, std::string_view signature = {},
                           std::string_view claims = kGoodClaims) {
    return base64url(header) + "." + base64url(claims) + "." + std::string(signature);
}

JwsKey hmac_key(std::string_view secret = "0123456789abcdef0123456789abcdef") {
    return JwsKey::hmac_sha256(as_bytes(secret), "k1").value();
}

JwsKey named(std::string_view json) {
    std::string with_id(json);
    with_id.insert(with_id.size() - 1, R"(,"kid":"k1")");
    return parse_jwk(with_id).value();
}

/// Agrees to everything, so that what is refused is refused by the rules.
class Gullible final : public AsymmetricVerifier {
public:
    [[nodiscard]] AsymmetricVerdict verify(const AsymmetricPublicKey&, Bytes,
                                           Bytes) const noexcept override {
        return AsymmetricVerdict::valid;
    }
};

std::vector<JwsKey> every_kind() {
    return {hmac_key(), named(examples::kEd25519PublicKey), named(examples::kRs256Key),
            named(examples::kEs256Key)};
}

std::string verdict(std::string_view token, const JwsKey& key, UnixSeconds now = kNow,
                    bool with_verifier = true) {
    static const Gullible kGullible;
    JwtPolicy policy;
    policy.issuers = {"i"};
    policy.audiences = {"a"};
    const auto verified = verify_jwt(token, std::vector{key}, policy, now,
                                     {.asymmetric = with_verifier ? &kGullible : nullptr});
    return verified ? "ok" : std::string(verified.error().code());
}

TEST(JwtAttacks, W8_ControlTokenIsAccepted) {
    EXPECT_EQ(verdict(sign_jws(as_bytes(kGoodClaims), hmac_key(), "JWT").value(), hmac_key()),
              "ok");
}

TEST(JwtAttacks, W8_RefusesAlgNoneInEverySpelling) {
    for (int spelling = 0; spelling < 16; ++spelling) {
        std::string none = "none";
        for (int letter = 0; letter < 4; ++letter) {
            if ((spelling >> letter & 1) != 0) {
                none[static_cast<std::size_t>(letter)] =
                    static_cast<char>(none[static_cast<std::size_t>(letter)] - 'a' + 'A');
            }
        }
        const std::string header = R"({"alg":")" + none + R"(","typ":"JWT"})";
        for (const JwsKey& key : every_kind()) {
            EXPECT_EQ(verdict(unsigned_token(header), key), "jwt.wrong_algorithm") << none;
            EXPECT_EQ(verdict(unsigned_token(header, "AAAA"), key), "jwt.wrong_algorithm") << none;
        }
    }
    for (const char* alg :
         {"\"\"", "\" none\"", "\"none \"", "\"none\\u0000\"", "null", "false", "[]"}) {
        const std::string header = R"({"typ":"JWT","alg":)" + std::string(alg) + "}";
        EXPECT_NE(verdict(unsigned_token(header), hmac_key()), "ok") << alg;
    }
    EXPECT_EQ(verdict(unsigned_token(R"({"typ":"JWT"})"), hmac_key()), "jwt.malformed");
}

TEST(JwtAttacks, W8_RefusesAPublicKeyUsedAsHmacSecret) {
    // The public keys in the forms an attacker can get them, each as an HS256 secret.
    for (const std::string_view text : {examples::kRs256Key, examples::kEs256Key}) {
        const JwsKey confused = JwsKey::hmac_sha256(as_bytes(text)).value();
        const std::string token = sign_jws(as_bytes(kGoodClaims), confused, "JWT").value();
        EXPECT_EQ(verdict(token, named(text)), "jwt.wrong_algorithm");
    }
    const std::string ed25519(32, 'p');
    const JwsKey confused = JwsKey::hmac_sha256(as_bytes(ed25519)).value();
    EXPECT_EQ(verdict(sign_jws(as_bytes(kGoodClaims), confused, "JWT").value(),
                      JwsKey::ed25519_public(as_bytes(ed25519)).value()),
              "jwt.wrong_algorithm");
}

TEST(JwtAttacks, W8_RefusesEveryOtherAlgorithmThanTheKeys) {
    const std::array<std::string_view, 13> names{"HS256", "HS384", "HS512", "RS256", "RS384",
                                                 "RS512", "PS256", "PS384", "PS512", "ES256",
                                                 "ES384", "ES512", "EdDSA"};
    for (const JwsKey& key : every_kind()) {
        for (const std::string_view name : names) {
            if (name == name_of(key.algorithm())) continue;
            const std::string header = R"({"typ":"JWT","alg":")" + std::string(name) + "\"}";
            EXPECT_EQ(verdict(unsigned_token(header, base64url(std::string(256, 'x'))), key),
                      "jwt.wrong_algorithm");
        }
    }
}

TEST(JwtAttacks, W8_RefusesKeysThatTheTokenBrings) {
    for (const char* member :
         {R"("jwk":{"kty":"oct","k":"AAAA"})", R"("jku":"https://evil.example/jwks.json")",
          R"("jku":"")", R"("x5u":"https://evil.example/cert.pem")", R"("x5c":["AAAA"])",
          R"("jwk":null)", R"("\u006awk":{})"}) {
        const std::string header = R"({"alg":"HS256","typ":"JWT",)" + std::string(member) + "}";
        EXPECT_EQ(verdict(unsigned_token(header, "AAAA"), hmac_key()), "jwt.header_refused")
            << member;
    }
}

TEST(JwtAttacks, W8_RefusesCriticalHeadersAndUnencodedPayloads) {
    for (const char* member :
         {R"("crit":["exp"])", R"("crit":[])", R"("b64":false)", R"("b64":true)",
          R"("crit":["b64"],"b64":false)", R"("zip":"DEF")", R"("enc":"A128GCM")"}) {
        const std::string header = R"({"alg":"HS256","typ":"JWT",)" + std::string(member) + "}";
        EXPECT_EQ(verdict(unsigned_token(header, "AAAA"), hmac_key()), "jwt.header_refused")
            << member;
    }
}

TEST(JwtAttacks, W8_RefusesKeyIdsThatAreNone) {
    const std::string long_id(65, 'a');
    for (const std::string& id :
         {std::string("../../../../dev/null"), std::string("/dev/tcp/evil.example/80"),
          std::string("k1' UNION SELECT 'secret' -- "), std::string("k1;/bin/sleep 10"),
          std::string("$(id)"), std::string("k1\\u0000"), std::string("k1 "), std::string(),
          std::string("http://evil.example/"), std::string("..%2f..%2fdev%2fnull"), long_id}) {
        const std::string header = R"({"alg":"HS256","typ":"JWT","kid":")" + id + "\"}";
        EXPECT_EQ(verdict(unsigned_token(header, "AAAA"), hmac_key()), "jwt.header_refused") << id;
    }
}

TEST(JwtAttacks, W8_RefusesNullSignatures) {
    for (const JwsKey& key : every_kind()) {
        const std::string header =
            R"({"typ":"JWT","alg":")" + std::string(name_of(key.algorithm())) + "\"}";
        EXPECT_EQ(verdict(unsigned_token(header), key), "jwt.signature_mismatch");
        EXPECT_EQ(verdict(base64url(header) + "." + base64url(kGoodClaims), key), "jwt.malformed");
    }
}

TEST(JwtAttacks, W8_RefusesPsychicSignatures) {
    const JwsKey key = named(examples::kEs256Key);
    for (const std::string& signature :
         {std::string(64, '\0'), std::string(8, '\x30'),
          std::string("\x30\x06\x02\x01\x00\x02\x01\x00", 8), std::string("MAYCAQACAQA")}) {
        EXPECT_EQ(
            verdict(unsigned_token(R"({"typ":"JWT","alg":"ES256"})", base64url(signature)), key),
            "jwt.signature_mismatch");
    }
    EXPECT_EQ(
        verdict(unsigned_token(R"({"typ":"JWT","alg":"EdDSA"})", base64url(std::string(64, '\0'))),
                named(examples::kEd25519PublicKey)),
        "jwt.signature_mismatch");
}

TEST(JwtAttacks, W8_RefusesExpiredTokens) {
    const std::string token = sign_jws(as_bytes(kGoodClaims), hmac_key(), "JWT").value();
    EXPECT_EQ(verdict(token, hmac_key(), {1'800'003'600 + 60}), "jwt.expired");
}

TEST(JwtAttacks, W8_RefusesSecretsFromWordLists) {
    for (const char* secret : {"", "secret", "changeme", "your-256-bit-secret"}) {
        EXPECT_FALSE(JwsKey::hmac_sha256(as_bytes(secret))) << secret;
    }
}

TEST(JwtAttacks, W8_RefusesChangedClaimsUnderAnOldSignature) {
    const std::string token = sign_jws(as_bytes(kGoodClaims), hmac_key(), "JWT").value();
    const std::string signature = token.substr(token.rfind('.') + 1);
    EXPECT_EQ(verdict(unsigned_token(R"({"alg":"HS256","kid":"k1","typ":"JWT"})", signature,
                                     R"({"iss":"i","aud":"a","sub":"root","exp":1800003600})"),
                      hmac_key()),
              "jwt.signature_mismatch");
}

TEST(JwtAttacks, W8_AcceptsNothingThatItCannotVerify) {
    const std::string token =
        unsigned_token(R"({"typ":"JWT","alg":"RS256"})", base64url(std::string(256, '\1')));
    EXPECT_EQ(verdict(token, named(examples::kRs256Key), kNow, false), "jwt.unsupported_algorithm");
}

}  // namespace
}  // namespace limpid::security::jwt_attacks_test
