#include "limpid/security/jwt.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "jose_examples.hpp"

namespace limpid::security::jwt_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};

JwsKey test_key() { return JwsKey::hmac_sha256(as_bytes(std::string(32, 'k')), "k1").value(); }

JwtPolicy test_policy() {
    JwtPolicy policy;
    policy.issuers = {"https://issuer.example"};
    policy.audiences = {"https://limpid.example"};
    return policy;
}

JwtContents contents() {
    JwtContents wanted;
    wanted.issuer = "https://issuer.example";
    wanted.subject = "user 7";
    wanted.audiences = {"https://limpid.example"};
    wanted.token_id = "t-1";
    return wanted;
}

std::string issue(const JwtContents& wanted) { return issue_jwt(wanted, test_key(), kNow).value(); }

/// Claims as the attacker or another library would write them.
std::string sign(std::string_view claims, std::string_view type = "JWT") {
    return sign_jws(as_bytes(claims), test_key(), type).value();
}

/// "ok", or the code the token is refused with.
std::string verdict(std::string_view token, const JwtPolicy& policy = test_policy(),
                    UnixSeconds now = kNow) {
    const auto verified = verify_jwt(token, std::vector{test_key()}, policy, now);
    return verified ? "ok" : std::string(verified.error().code());
}

/// A policy that demands nothing, to look at one rule at a time.
JwtPolicy lenient() {
    JwtPolicy policy;
    policy.type.clear();
    policy.require_issuer = policy.require_audience = policy.require_expiry = false;
    return policy;
}

TEST(Jwt, VerifiesWhatItIssued) {
    JwtContents wanted = contents();
    wanted.claims_json = R"({"scope":["read","submit"],"admin":false,"quota":9007199254740991})";
    const auto verified = verify_jwt(issue(wanted), std::vector{test_key()}, test_policy(), kNow);
    ASSERT_TRUE(verified) << verified.error().message();
    const JwtClaims& claims = verified->claims;
    EXPECT_EQ(verified->key_id, "k1");
    EXPECT_EQ(verified->header_json, R"({"alg":"HS256","kid":"k1","typ":"JWT"})");
    EXPECT_EQ(claims.issuer(), "https://issuer.example");
    EXPECT_EQ(claims.subject(), "user 7");
    EXPECT_EQ(claims.audiences(), std::vector<std::string>{"https://limpid.example"});
    EXPECT_EQ(claims.token_id(), "t-1");
    EXPECT_EQ(claims.issued_at(), kNow);
    EXPECT_FALSE(claims.not_before());
    EXPECT_EQ(claims.texts("scope"), (std::vector<std::string>{"read", "submit"}));
    EXPECT_EQ(claims.texts("sub"), std::vector<std::string>{"user 7"});
    EXPECT_EQ(claims.boolean("admin"), false);
    EXPECT_EQ(claims.integer("quota"), 9'007'199'254'740'991);
    EXPECT_FALSE(claims.text("quota"));
    EXPECT_FALSE(claims.integer("admin"));
    EXPECT_FALSE(claims.boolean("nothing"));
    EXPECT_TRUE(claims.contains("scope"));
    EXPECT_EQ(claims.json(),
              R"({"admin":false,"aud":"https://limpid.example","exp":1800604800,"iat":1800000000,)"
              R"("iss":"https://issuer.example","jti":"t-1","quota":9007199254740991,)"
              R"("scope":["read","submit"],"sub":"user 7"})");
}

TEST(Jwt, I1_ExpiresAfter168HoursUnlessToldOtherwise) {
    const std::string token = issue(contents());
    const auto verified = verify_jwt(token, std::vector{test_key()}, test_policy(), kNow);
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->claims.expires_at()->value - verified->claims.issued_at()->value, 604'800);
    EXPECT_EQ(verdict(token, test_policy(), {kNow.value + 604'800 + 59}), "ok");
    EXPECT_EQ(verdict(token, test_policy(), {kNow.value + 604'800 + 60}), "jwt.expired");
}

TEST(Jwt, I1_RefusesShortKeys) {
    EXPECT_EQ(JwsKey::hmac_sha256(as_bytes(std::string(31, 'k'))).error().id(),
              ErrorCode::key_too_short);
}

TEST(Jwt, VerifiesTheExampleOfRfc7519) {
    JwtPolicy policy = lenient();
    policy.issuers = {"joe"};
    policy.require_expiry = true;
    const std::vector<JwsKey> keys{parse_jwk(examples::kHs256Key).value()};
    const auto verified = verify_jwt(examples::kHs256Token, keys, policy, {1'300'819'379});
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(verified->claims.json(), examples::kClaims);
    EXPECT_EQ(verified->claims.boolean("http://example.com/is_root"), true);
    EXPECT_EQ(verify_jwt(examples::kHs256Token, keys, policy, kNow).error().id(),
              ErrorCode::jwt_expired);
}

TEST(Jwt, DemandsEverythingByDefault) {
    EXPECT_EQ(verdict(issue(contents())), "ok");
    EXPECT_EQ(
        verify_jwt(issue(contents()), std::vector{test_key()}, JwtPolicy(), kNow).error().id(),
        ErrorCode::argument_invalid);
    const std::string rest = R"("aud":"https://limpid.example","iss":"https://issuer.example")";
    EXPECT_EQ(verdict(sign("{" + rest + R"(,"exp":1800000001})")), "ok");
    EXPECT_EQ(verdict(sign("{" + rest + "}")), "jwt.missing_claim");
    EXPECT_EQ(verdict(sign(R"({"exp":1800000001,"aud":"https://limpid.example"})")),
              "jwt.missing_claim");
    EXPECT_EQ(verdict(sign(R"({"exp":1800000001,"iss":"https://issuer.example"})")),
              "jwt.missing_claim");
    EXPECT_EQ(verdict(sign("{" + rest + R"(,"exp":1800000001})", "")), "jwt.wrong_type");
    JwtPolicy policy = test_policy();
    policy.required_claims = {"sub", "jti"};
    EXPECT_EQ(verdict(issue(contents()), policy), "ok");
    policy.required_claims = {"tenant"};
    EXPECT_EQ(verdict(issue(contents()), policy), "jwt.missing_claim");
}

TEST(Jwt, ComparesTypesAsMediaTypes) {
    JwtPolicy policy = lenient();
    policy.type = "at+jwt";
    EXPECT_EQ(verdict(sign("{}", "at+jwt"), policy), "ok");
    EXPECT_EQ(verdict(sign("{}", "AT+JWT"), policy), "ok");
    EXPECT_EQ(verdict(sign("{}", "application/at+jwt"), policy), "ok");
    EXPECT_EQ(verdict(sign("{}", "application/"), policy), "jwt.wrong_type");
    EXPECT_EQ(verdict(sign("{}", "JWT"), policy), "jwt.wrong_type");
    EXPECT_EQ(verdict(sign("{}", ""), policy), "jwt.wrong_type");
}

TEST(Jwt, RefusesOtherIssuersAndAudiences) {
    JwtContents wanted = contents();
    wanted.issuer = "https://issuer.example.evil";
    EXPECT_EQ(verdict(issue(wanted)), "jwt.wrong_issuer");
    wanted = contents();
    wanted.audiences = {"https://other.example", "HTTPS://limpid.example"};
    EXPECT_EQ(verdict(issue(wanted)), "jwt.wrong_audience");
    wanted.audiences.emplace_back("https://limpid.example");
    EXPECT_EQ(verdict(issue(wanted)), "ok");
    EXPECT_EQ(verdict(sign(R"({"aud":[]})"), lenient()), "ok");
    JwtPolicy policy = test_policy();
    policy.require_expiry = false;
    EXPECT_EQ(verdict(sign(R"({"iss":"https://issuer.example","aud":[]})"), policy),
              "jwt.missing_claim");
}

TEST(Jwt, HoldsTimesAgainstNowWithLeeway) {
    const auto at = [](const char* claims, std::int64_t offset) {
        return verdict(sign(claims), lenient(), {kNow.value + offset});
    };
    EXPECT_EQ(at(R"({"exp":1800000000})", 59), "ok");
    EXPECT_EQ(at(R"({"exp":1800000000})", 60), "jwt.expired");
    EXPECT_EQ(at(R"({"exp":1800000000.9})", 60), "jwt.expired");
    EXPECT_EQ(at(R"({"nbf":1800000000})", -60), "ok");
    EXPECT_EQ(at(R"({"nbf":1800000000})", -61), "jwt.not_yet_valid");
    EXPECT_EQ(at(R"({"nbf":1799999999.1})", -61), "jwt.not_yet_valid");
    EXPECT_EQ(at(R"({"iat":1800000000})", -60), "ok");
    EXPECT_EQ(at(R"({"iat":1800000000})", -61), "jwt.not_yet_valid");
    EXPECT_EQ(at(R"({"exp":-1})", 0), "jwt.expired");
    EXPECT_EQ(at(R"({"exp":9007199254740991})", 0), "ok");
}

TEST(Jwt, ExtremeTimesOverflowNothing) {
    constexpr UnixSeconds kFirst{std::numeric_limits<std::int64_t>::min()};
    constexpr UnixSeconds kLast{std::numeric_limits<std::int64_t>::max()};
    EXPECT_EQ(verdict(sign(R"({"exp":9007199254740991})"), lenient(), kLast), "jwt.expired");
    EXPECT_EQ(verdict(sign(R"({"nbf":-9007199254740991})"), lenient(), kFirst),
              "jwt.not_yet_valid");
    JwtPolicy policy = lenient();
    policy.max_age_s = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(verdict(sign(R"({"iat":1})"), policy, kLast), "ok");
}

TEST(Jwt, BoundsTheAge) {
    JwtPolicy policy = lenient();
    policy.max_age_s = 100;
    const auto at = [&](std::int64_t offset) {
        return verdict(sign(R"({"iat":1800000000})"), policy, {kNow.value + offset});
    };
    EXPECT_EQ(at(160), "ok");
    EXPECT_EQ(at(161), "jwt.too_old");
    EXPECT_EQ(verdict(sign("{}"), policy), "jwt.missing_claim");
}

TEST(Jwt, RefusesClaimsOfTheWrongType) {
    for (const char* claims : {R"({"iss":1})", R"({"sub":[]})", R"({"jti":{}})", R"({"aud":1})",
                               R"({"aud":["a",1]})", R"({"exp":"1900000000"})", R"({"exp":null})",
                               R"({"exp":1e300})", R"({"nbf":true})", R"({"iat":"now"})"}) {
        EXPECT_EQ(verdict(sign(claims), lenient()), "jwt.malformed_claim") << claims;
    }
    for (const char* claims : {"", "[]", "null", "\"x\"", R"({"exp":1,"exp":2})", "{} {}",
                               R"({"a":NaN})", "{\"a\":\"\xff\"}"}) {
        EXPECT_EQ(verdict(sign(claims), lenient()), "jwt.malformed") << claims;
    }
}

TEST(Jwt, RefusesPoliciesThatMeanNothing) {
    const std::string token = issue(contents());
    JwtPolicy policy = test_policy();
    policy.leeway_s = 601;
    EXPECT_EQ(verdict(token, policy), "argument.invalid");
    policy.leeway_s = -1;
    EXPECT_EQ(verdict(token, policy), "argument.invalid");
    policy = test_policy();
    policy.max_age_s = 0;
    EXPECT_EQ(verdict(token, policy), "argument.invalid");
    policy = test_policy();
    policy.issuers.clear();
    EXPECT_EQ(verdict(token, policy), "argument.invalid");
}

TEST(Jwt, IssuesNothingThatNobodyCouldVerify) {
    const auto code = [](const JwtContents& wanted, UnixSeconds now = kNow) {
        const auto token = issue_jwt(wanted, test_key(), now);
        return token ? "ok" : std::string(token.error().code());
    };
    JwtContents wanted = contents();
    wanted.lifetime_s = 0;
    EXPECT_EQ(code(wanted), "argument.invalid");
    for (const char* claims : {"", "[]", R"({"exp":1})", R"({"iss":"x"})", R"({"a":1,"a":2})"}) {
        wanted = contents();
        wanted.claims_json = claims;
        EXPECT_EQ(code(wanted), "argument.invalid") << claims;
    }
    wanted = contents();
    wanted.subject = "\xff";
    EXPECT_EQ(code(wanted), "argument.invalid");
    wanted = contents();
    wanted.claims_json = R"({"a":")" + std::string(8000, 'a') + R"("})";
    EXPECT_EQ(code(wanted), "argument.invalid");
    EXPECT_EQ(code(contents(), {-1}), "argument.invalid");
    EXPECT_EQ(
        issue_jwt(contents(), parse_jwk(examples::kEd25519PublicKey).value(), kNow).error().id(),
        ErrorCode::key_wrong_kind);
}

TEST(Jwt, EscapesWhatTheCallerSays) {
    JwtContents wanted = contents();
    wanted.subject = "a\",\"admin\":true,\"b\":\"\n";
    const auto verified = verify_jwt(issue(wanted), std::vector{test_key()}, test_policy(), kNow);
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->claims.subject(), wanted.subject);
    EXPECT_FALSE(verified->claims.contains("admin"));
}

TEST(Jwt, RefusesEverySingleByteChange) {
    const std::string token = issue(contents());
    std::string changed = token;
    for (std::size_t at = 0; at < token.size(); ++at) {
        for (int change = 1; change < 256; ++change) {
            changed[at] = static_cast<char>(token[at] ^ change);
            ASSERT_NE(verdict(changed), "ok") << changed;
        }
        changed[at] = token[at];
    }
}

}  // namespace
}  // namespace limpid::security::jwt_test
