#include "native/service/security_headers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace limpid::service {
namespace {

using Headers = std::vector<HeaderField>;

Headers headers(const Settings& settings, bool encrypted = true) {
    const auto policy = HeaderPolicy::make(settings);
    EXPECT_TRUE(policy.has_value()) << (policy ? "" : policy.error().message());
    return policy ? policy->fields(encrypted) : Headers();
}

std::string value(const Headers& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &HeaderField::name);
    return found == fields.end() ? "none" : found->value;
}

ErrorCode refusal(const Settings& settings) {
    const auto policy = HeaderPolicy::make(settings);
    EXPECT_FALSE(policy.has_value());
    return policy ? ErrorCode::internal_failure : policy.error().id();
}

TEST(SecurityHeaders, P10_HstsGoesOverTlsOnly) {
    const Settings settings = default_settings();
    EXPECT_EQ(value(headers(settings, false), "Strict-Transport-Security"), "none");
    EXPECT_EQ(value(headers(settings, true), "Strict-Transport-Security"),
              "max-age=31536000; includeSubDomains");
}

// What helmet 8 sends by default over TLS, but for the content security policy and frames: an
// interface without pages needs none.
TEST(SecurityHeaders, P9_TheDefaultIsHelmets) {
    const Headers expected = {
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Origin-Agent-Cluster", "?1"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-DNS-Prefetch-Control", "off"},
        {"X-Download-Options", "noopen"},
        {"X-Frame-Options", "DENY"},
        {"X-Permitted-Cross-Domain-Policies", "none"},
        {"X-XSS-Protection", "0"},
        {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
    };
    EXPECT_EQ(headers(default_settings()), expected);
}

TEST(SecurityHeaders, P9_EachSwitchTakesItsOwnHeaderAway) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kSwitches = {{
        {"contentSecurityPolicy", "Content-Security-Policy"},
        {"crossOriginOpenerPolicy", "Cross-Origin-Opener-Policy"},
        {"crossOriginResourcePolicy", "Cross-Origin-Resource-Policy"},
        {"originAgentCluster", "Origin-Agent-Cluster"},
        {"referrerPolicy", "Referrer-Policy"},
        {"strictTransportSecurity", "Strict-Transport-Security"},
        {"hsts", "Strict-Transport-Security"},
        {"xContentTypeOptions", "X-Content-Type-Options"},
        {"noSniff", "X-Content-Type-Options"},
        {"xDnsPrefetchControl", "X-DNS-Prefetch-Control"},
        {"dnsPrefetchControl", "X-DNS-Prefetch-Control"},
        {"xDownloadOptions", "X-Download-Options"},
        {"ieNoOpen", "X-Download-Options"},
        {"xFrameOptions", "X-Frame-Options"},
        {"frameguard", "X-Frame-Options"},
        {"xPermittedCrossDomainPolicies", "X-Permitted-Cross-Domain-Policies"},
        {"permittedCrossDomainPolicies", "X-Permitted-Cross-Domain-Policies"},
        {"xXssProtection", "X-XSS-Protection"},
        {"xssFilter", "X-XSS-Protection"},
        {"contentSecurityPolicy, xssFilter", "X-XSS-Protection"},
    }};
    const Headers all = headers(default_settings());
    for (const auto& [name, header] : kSwitches) {
        Settings settings = default_settings();
        settings.headers_off = name;
        const Headers left = headers(settings);
        EXPECT_EQ(value(left, header), "none") << name;
        EXPECT_EQ(left.size() + (name.contains(',') ? 2U : 1U), all.size()) << name;
    }
    // These two limpidd never sends.
    Settings settings = default_settings();
    settings.headers_off = "crossOriginEmbedderPolicy,hidePoweredBy,xPoweredBy";
    EXPECT_EQ(headers(settings), all);
}

TEST(SecurityHeaders, P9_UnknownSwitchesAreErrorsWithTheNearest) {
    for (const char* name : {"xFrameOption", "XFrameOptions", "X-Frame-Options", "all"}) {
        Settings settings = default_settings();
        settings.headers_off = name;
        EXPECT_EQ(refusal(settings), ErrorCode::config_invalid_value) << name;
    }
    Settings settings = default_settings();
    settings.headers_off = "xFrameOption";
    EXPECT_TRUE(HeaderPolicy::make(settings).error().found().contains("xFrameOptions"));
}

TEST(SecurityHeaders, P10_AgeSubdomainsAndPreloadAreSet) {
    Settings settings = default_settings();
    settings.hsts_max_age_s = 63072000;
    settings.hsts_preload = true;
    EXPECT_EQ(value(headers(settings), "Strict-Transport-Security"),
              "max-age=63072000; includeSubDomains; preload");
    settings.hsts_include_subdomains = false;
    settings.hsts_preload = false;
    settings.hsts_max_age_s = 0;
    EXPECT_EQ(value(headers(settings), "Strict-Transport-Security"), "max-age=0");
}

TEST(SecurityHeaders, P9_ReferrerPoliciesAreWordsThatBrowsersKnow) {
    Settings settings = default_settings();
    settings.referrer_policy = "no-referrer, strict-origin";
    EXPECT_EQ(value(headers(settings), "Referrer-Policy"), "no-referrer,strict-origin");
    for (const char* policy : {"", "no-referer", "origin,origin", "origin\r\nX: y"}) {
        settings.referrer_policy = policy;
        EXPECT_EQ(refusal(settings), ErrorCode::config_invalid_value) << policy;
    }
}

TEST(SecurityHeaders, P11_PoliciesThatBrowsersWouldTakeForOthersAreRefused) {
    Settings settings = default_settings();
    settings.content_security_policy = "default-src self";
    EXPECT_EQ(refusal(settings), ErrorCode::policy_unsafe);
    settings.content_security_policy = "default-src 'self'; default-src 'none'";
    EXPECT_EQ(refusal(settings), ErrorCode::policy_malformed);
    settings.content_security_policy = "default-src  'self';img-src 'self' data:;";
    EXPECT_EQ(value(headers(settings), "Content-Security-Policy"),
              "default-src 'self'; img-src 'self' data:");
}

TEST(SecurityHeaders, P12_FramesOfTheSameOrigin) {
    Settings settings = default_settings();
    settings.frame_options = "sameorigin";
    EXPECT_EQ(value(headers(settings), "X-Frame-Options"), "SAMEORIGIN");
    // Browsers that know it do not look at the other.
    EXPECT_EQ(value(headers(settings), "Content-Security-Policy"),
              "default-src 'none'; frame-ancestors 'self'");
}

TEST(SecurityHeaders, I20_ImagorsFour) {
    Settings settings = default_settings();
    settings.headers_profile = "imagor";
    const Headers expected = {
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"X-XSS-Protection", "1; mode=block"},
        {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
    };
    EXPECT_EQ(headers(settings), expected);
}

}  // namespace
}  // namespace limpid::service
