#include "limpid/security/origin.hpp"

#include <gtest/gtest.h>

#include <string>

#include "limpid/security/content_security_policy.hpp"

namespace limpid::security::origin_test {
namespace {

using Headers = std::vector<HeaderField>;

CorsSettings settings_for(std::vector<std::string> origins) {
    CorsSettings settings;
    settings.origins = std::move(origins);
    return settings;
}

ErrorCode refusal(const CorsSettings& settings) {
    const auto policy = CorsPolicy::make(settings);
    return policy ? ErrorCode::internal_failure : policy.error().id();
}

TEST(Origin, HasOneText) {
    EXPECT_EQ(parse_origin("https://Example.ORG"), "https://example.org");
    EXPECT_EQ(parse_origin("https://example.org:443"), "https://example.org");
    EXPECT_EQ(parse_origin("http://example.org:443"), "http://example.org:443");
    EXPECT_EQ(parse_origin("http://[2001:DB8::1]:8080"), "http://[2001:db8::1]:8080");
    EXPECT_EQ(parse_origin("http://127.0.0.1:80"), "http://127.0.0.1");
    for (const char* text : {"",
                             "null",
                             "*",
                             "example.org",
                             "//example.org",
                             "https://",
                             "https://example.org/",
                             "https://example.org/a",
                             "https://a@example.org",
                             "https://example.org:",
                             "https://example.org:0",
                             "https://example.org:65536",
                             "https://example.org:x",
                             "https://*.example.org",
                             "ftp://example.org",
                             "file://",
                             "https://exa mple.org",
                             "https://example.org.",
                             "https://example.org:080",
                             "https://[::1",
                             "https://::1",
                             "https://example.org?x"}) {
        EXPECT_FALSE(parse_origin(text).has_value()) << text;
    }
}

TEST(Cors, F15_EchoesAnAllowedOriginAndNothingElse) {
    CorsSettings settings = settings_for({"https://yourdomain.com", "https://app.example:8443"});
    settings.credentials = true;
    const auto policy = CorsPolicy::make(settings);
    ASSERT_TRUE(policy.has_value());
    const Headers allowed = {{"Vary", "Origin"},
                             {"Access-Control-Allow-Origin", "https://yourdomain.com"},
                             {"Access-Control-Allow-Credentials", "true"}};
    EXPECT_EQ(policy->response_headers("https://yourdomain.com"), allowed);
    const Headers refused = {{"Vary", "Origin"}};
    for (const char* origin :
         {"null", "https://yourdomain.com.evil", "https://evilyourdomain.com",
          "http://yourdomain.com", "https://yourdomain.com:444", "https://yourdomain.com:443",
          "https://YOURDOMAIN.com", "https://yourdomain.com/", "https://sub.yourdomain.com",
          "https://app.example", "", "*", "https://yourdomain.com\r\nX: y"}) {
        EXPECT_EQ(policy->response_headers(origin), refused) << origin;
        EXPECT_EQ(policy->preflight_headers(origin), refused) << origin;
    }
    EXPECT_EQ(policy->response_headers(std::nullopt), refused);
}

TEST(Cors, F15_AnswersPreflights) {
    const auto policy = CorsPolicy::make(settings_for({"https://a.example"}));
    ASSERT_TRUE(policy.has_value());
    const Headers expected = {{"Vary", "Origin"},
                              {"Access-Control-Allow-Origin", "https://a.example"},
                              {"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS"},
                              {"Access-Control-Allow-Headers", "Content-Type, Authorization"},
                              {"Access-Control-Max-Age", "86400"}};
    EXPECT_EQ(policy->preflight_headers("https://a.example"), expected);
}

TEST(Cors, P13_RefusesUnsafeConfigurations) {
    CorsSettings star = settings_for({"*"});
    EXPECT_EQ(refusal(star), ErrorCode::policy_unsafe);
    star.everybody_is_meant = true;
    ASSERT_TRUE(CorsPolicy::make(star).has_value());
    const Headers everybody = {{"Access-Control-Allow-Origin", "*"}};
    EXPECT_EQ(CorsPolicy::make(star)->response_headers("https://a.example"), everybody);
    star.credentials = true;
    EXPECT_EQ(refusal(star), ErrorCode::policy_unsafe);
    EXPECT_EQ(refusal(settings_for({"*", "https://a.example"})), ErrorCode::policy_unsafe);
    EXPECT_EQ(refusal(settings_for({"null"})), ErrorCode::origin_malformed);
    EXPECT_EQ(refusal(settings_for({"https://a.example/"})), ErrorCode::origin_malformed);
    CorsSettings any;
    any.reflect_any_origin = true;
    EXPECT_EQ(refusal(any), ErrorCode::policy_unsafe);
    any.production = false;
    const auto policy = CorsPolicy::make(any);
    ASSERT_TRUE(policy.has_value());
    EXPECT_TRUE(policy->allows("http://localhost:3000"));
    EXPECT_FALSE(policy->allows("null"));
    EXPECT_FALSE(policy->allows("x\r\ny"));
    CorsSettings header = settings_for({"https://a.example"});
    header.allowed_headers = {"x-target", "a b"};
    EXPECT_EQ(refusal(header), ErrorCode::policy_malformed);
}

TEST(Csp, P11_WritesDirectivesInOrder) {
    EXPECT_EQ(
        content_security_policy({{"default-src", {"'none'"}}, {"frame-ancestors", {"'none'"}}}),
        kApiContentSecurityPolicy);
    EXPECT_EQ(
        content_security_policy({{"default-src", {"'self'", "https://cdn.example"}},
                                 {"upgrade-insecure-requests", {}},
                                 {"sandbox", {"allow-scripts"}}}),
        "default-src 'self' https://cdn.example; upgrade-insecure-requests; sandbox allow-scripts");
}

TEST(Csp, P11_RefusesKeywordsWithoutQuotesAndWhatEndsAValue) {
    for (const char* value :
         {"self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic", "wasm-unsafe-eval",
          "nonce-abc", "sha256-abc", "sha384-abc", "sha512-abc"}) {
        const auto header = content_security_policy({{"script-src", {value}}});
        ASSERT_FALSE(header.has_value()) << value;
        EXPECT_EQ(header.error().id(), ErrorCode::policy_unsafe) << value;
    }
    for (const char* value : {"", "a b", "a;b", "a,b", "a\nb", "\xC3\xB6"}) {
        EXPECT_EQ(content_security_policy({{"script-src", {value}}}).error().id(),
                  ErrorCode::policy_malformed)
            << value;
    }
    for (const char* name : {"", "Default-Src", "a b", "a;b", "default_src"}) {
        EXPECT_EQ(content_security_policy({{name, {}}}).error().id(), ErrorCode::policy_malformed)
            << name;
    }
    EXPECT_FALSE(content_security_policy({{"img-src", {}}, {"img-src", {}}}).has_value());
}

}  // namespace
}  // namespace limpid::security::origin_test
