#include "limpid/security/jws.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "jose_examples.hpp"
#include "limpid/security/encoding.hpp"

namespace limpid::security::jws_test {
namespace {

JwsKey key(std::string_view json) { return parse_jwk(json).value(); }

/// The payload, or the code the token is refused with.
std::string verdict(std::string_view token, const std::vector<JwsKey>& keys,
                    const JwsOptions& options = {}) {
    const auto verified = verify_jws(token, keys, options);
    if (!verified) return std::string(verified.error().code());
    return {reinterpret_cast<const char*>(verified->payload.data()), verified->payload.size()};
}

std::string base64url(std::string_view text) {
    return encode_base64(as_bytes(text), Base64::url_unpadded);
}

TEST(Jws, VerifiesTheExamplesOfTheStandards) {
    EXPECT_EQ(verdict(examples::kHs256Token, {key(examples::kHs256Key)}), examples::kClaims);
    EXPECT_EQ(verdict(examples::kEd25519Token, {key(examples::kEd25519PublicKey)}),
              examples::kEd25519Payload);
}

TEST(Jws, SignsTheEd25519ExampleOfRfc8037) {
    const auto token = sign_jws(as_bytes(examples::kEd25519Payload),
                                parse_signing_jwk(examples::kEd25519PrivateKey).value());
    EXPECT_EQ(token.value(), examples::kEd25519Token);
}

TEST(Jws, RefusesUnencodedPayloadsAndUnsecuredTokens) {
    EXPECT_EQ(verdict(examples::kUnencodedToken, {key(examples::kHs256Key)}), "jwt.header_refused");
    EXPECT_EQ(verdict(examples::kUnsecuredToken, {key(examples::kHs256Key)}),
              "jwt.wrong_algorithm");
}

TEST(Jws, AnswersUnsupportedWithoutAVerifier) {
    EXPECT_EQ(verdict(examples::kRs256Token, {key(examples::kRs256Key)}),
              "jwt.unsupported_algorithm");
    EXPECT_EQ(verdict(examples::kEs256Token, {key(examples::kEs256Key)}),
              "jwt.unsupported_algorithm");
}

/// Answers as it is told and remembers that it was asked.
class ScriptedVerifier final : public AsymmetricVerifier {
public:
    explicit ScriptedVerifier(AsymmetricVerdict answer) : answer_(answer) {}
    [[nodiscard]] AsymmetricVerdict verify(const AsymmetricPublicKey& public_key, Bytes message,
                                           Bytes signature) const noexcept override {
        ++calls;
        first_bytes = public_key.modulus_or_x.size();
        second_bytes = public_key.exponent_or_y.size();
        message_bytes = message.size();
        signature_bytes = signature.size();
        return answer_;
    }
    mutable int calls = 0;
    mutable std::size_t first_bytes = 0;
    mutable std::size_t second_bytes = 0;
    mutable std::size_t message_bytes = 0;
    mutable std::size_t signature_bytes = 0;

private:
    AsymmetricVerdict answer_;
};

TEST(Jws, HandsAsymmetricSignaturesToTheVerifier) {
    const ScriptedVerifier valid(AsymmetricVerdict::valid);
    EXPECT_EQ(verdict(examples::kRs256Token, {key(examples::kRs256Key)}, {.asymmetric = &valid}),
              examples::kClaims);
    EXPECT_EQ(valid.first_bytes, 256U);
    EXPECT_EQ(valid.second_bytes, 3U);
    EXPECT_EQ(valid.signature_bytes, 256U);
    EXPECT_EQ(valid.message_bytes, examples::kRs256Token.rfind('.'));
    const ScriptedVerifier invalid(AsymmetricVerdict::invalid);
    EXPECT_EQ(verdict(examples::kEs256Token, {key(examples::kEs256Key)}, {.asymmetric = &invalid}),
              "jwt.signature_mismatch");
    const ScriptedVerifier unsupported(AsymmetricVerdict::unsupported);
    EXPECT_EQ(
        verdict(examples::kEs256Token, {key(examples::kEs256Key)}, {.asymmetric = &unsupported}),
        "jwt.unsupported_algorithm");
}

TEST(Jws, NeverHandsOnEs256SignaturesOutsideTheirRange) {
    const ScriptedVerifier gullible(AsymmetricVerdict::valid);
    const std::string input(examples::kEs256Token.substr(0, examples::kEs256Token.rfind('.') + 1));
    const std::string zeros(32, '\0');
    const std::string one = std::string(31, '\0') + "\1";
    const std::string order = "\xff\xff\xff\xff" + std::string(4, '\0') +
                              "\xff\xff\xff\xff\xff\xff\xff\xff\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3"
                              "\xb9\xca\xc2\xfc\x63\x25\x51";
    ASSERT_EQ(order.size(), 32U);
    std::string below = order;
    below.back() = '\x50';
    const auto tried = [&](const std::string& signature) {
        return verdict(input + base64url(signature), {key(examples::kEs256Key)},
                       {.asymmetric = &gullible});
    };
    for (const std::string& bad :
         {zeros + zeros, zeros + one, one + zeros, order + one, one + order,
          std::string(64, '\xff'), one, one + one + one, std::string()}) {
        EXPECT_EQ(tried(bad), "jwt.signature_mismatch");
    }
    EXPECT_EQ(gullible.calls, 0);
    EXPECT_EQ(tried(below + one), examples::kClaims);
    EXPECT_EQ(gullible.calls, 1);
}

TEST(Jws, RefusesEverySingleByteChange) {
    for (const auto& [token, with] :
         {std::pair(examples::kHs256Token, key(examples::kHs256Key)),
          std::pair(examples::kEd25519Token, key(examples::kEd25519PublicKey))}) {
        const std::vector<JwsKey> keys{with};
        std::string changed(token);
        for (std::size_t at = 0; at < changed.size(); ++at) {
            for (int change = 1; change < 256; ++change) {
                changed[at] = static_cast<char>(token[at] ^ change);
                ASSERT_FALSE(verify_jws(changed, keys)) << changed;
            }
            changed[at] = token[at];
        }
        for (std::size_t size = 0; size < token.size(); ++size) {
            ASSERT_FALSE(verify_jws(token.substr(0, size), keys)) << size;
        }
    }
}

TEST(Jws, ChoosesTheKeyByItsId) {
    const JwsKey a = JwsKey::hmac_sha256(as_bytes(std::string(32, 'a')), "a").value();
    const JwsKey b = JwsKey::hmac_sha256(as_bytes(std::string(32, 'b')), "b").value();
    const JwsKey nameless = JwsKey::hmac_sha256(as_bytes(std::string(32, 'b'))).value();
    const std::string by_b = sign_jws(as_bytes("x"), b).value();
    const std::string by_nameless = sign_jws(as_bytes("x"), nameless).value();
    EXPECT_EQ(verdict(by_b, {a, b}), "x");
    EXPECT_EQ(verify_jws(by_b, std::vector{a, b})->key_id, "b");
    EXPECT_EQ(verdict(by_b, {a}), "jwt.unknown_key");
    EXPECT_EQ(verdict(by_b, {nameless}), "x");
    EXPECT_EQ(verdict(by_b, {a, nameless}), "jwt.unknown_key");
    EXPECT_EQ(verdict(by_nameless, {b}), "x");
    EXPECT_EQ(verdict(by_nameless, {a, b}), "jwt.unknown_key");
    EXPECT_EQ(verdict(by_nameless, {}), "key.none");
    // The right id on another's key.
    const JwsKey imposter = JwsKey::hmac_sha256(as_bytes(std::string(32, 'c')), "b").value();
    EXPECT_EQ(verdict(by_b, {a, imposter}), "jwt.signature_mismatch");
    // Which of two is meant is not guessed.
    EXPECT_EQ(verdict(by_b, {b, a, imposter}), "jwt.unknown_key");
    EXPECT_EQ(verdict(by_b, {b, a, a}), "x");
}

TEST(Jws, RefusesOtherSerialisationsAndEncryption) {
    const std::vector<JwsKey> keys{key(examples::kHs256Key)};
    EXPECT_EQ(verdict("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aa.bb.cc", keys), "jwt.encrypted");
    for (const char* text : {"", ".", "..", "...", "a.b", R"({"payload":"","signatures":[]})",
                             "eyJhbGciOiJIUzI1NiJ9", "W10.e30.", "bnVsbA.e30."}) {
        EXPECT_EQ(verdict(text, keys), "jwt.malformed") << text;
    }
}

TEST(Jws, RefusesMalformedHeaders) {
    const std::vector<JwsKey> keys{key(examples::kHs256Key)};
    for (const char* header :
         {"{}", R"({"alg":1})", R"({"alg":null})", R"({"alg":"HS256","alg":"HS256"})",
          R"({"alg":"HS256","\u0061lg":"none"})", R"({"alg":"HS256","typ":1})",
          R"({"alg":"HS256","kid":1})", R"({"alg":"HS256"} x)", R"({"alg":"HS256",})"}) {
        EXPECT_EQ(verdict(base64url(header) + ".e30.AA", keys), "jwt.malformed") << header;
    }
}

TEST(Jws, BoundsTheSize) {
    const JwsKey with = key(examples::kHs256Key);
    const std::string token = sign_jws(as_bytes(std::string(6000, 'x')), with).value();
    ASSERT_LE(token.size(), 8192U);
    EXPECT_EQ(verdict(token, {with}).size(), 6000U);
    const std::string longer = sign_jws(as_bytes(std::string(6200, 'x')), with).value();
    ASSERT_GT(longer.size(), 8192U);
    EXPECT_EQ(verdict(longer, {with}), "jwt.too_large");
    EXPECT_EQ(verdict(longer, {with}, {.max_bytes = longer.size()}).size(), 6200U);
    EXPECT_EQ(verdict(longer, {with}, {.max_bytes = longer.size() - 1}), "jwt.too_large");
    EXPECT_EQ(verdict(token, {with}, {.max_bytes = 0}), "argument.invalid");
}

TEST(Jws, SignerRefusesWhatItCannotSign) {
    EXPECT_EQ(sign_jws(as_bytes("x"), key(examples::kEd25519PublicKey)).error().id(),
              ErrorCode::key_wrong_kind);
    EXPECT_EQ(sign_jws(as_bytes("x"), key(examples::kRs256Key)).error().id(),
              ErrorCode::key_wrong_kind);
    for (const char* type : {"a\"b", "a\\b", "a b", "a\n"}) {
        EXPECT_EQ(sign_jws(as_bytes("x"), key(examples::kHs256Key), type).error().id(),
                  ErrorCode::argument_invalid);
    }
}

TEST(Jws, ErrorsHoldNoPartOfTheToken) {
    const auto refused =
        verify_jws(base64url(R"({"alg":"SECRETALG","kid":"SECRETKID"})") + ".e30.AA",
                   std::vector{key(examples::kHs256Key)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message().find("SECRET"), std::string::npos);
}

}  // namespace
}  // namespace limpid::security::jws_test
