#include "native/service/rate_gate.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <gtest/gtest.h>

namespace limpid::service {
namespace {

class Fixed final : public security::RandomSource {
public:
    void fill(std::span<std::byte> bytes) noexcept override {
        std::ranges::fill(bytes, std::byte{7});
    }
};

constexpr std::string_view kPath = "/v1/inspect";

class RateGateTest : public testing::Test {
protected:
    RateGate gate(const Settings& settings) { return *RateGate::make(settings, random_); }

    static security::MonotonicNanoseconds at(std::int64_t seconds) {
        return {(1'000 + seconds) * 1'000'000'000};
    }

    static bool has(const RateVerdict& verdict, std::string_view name) {
        return std::ranges::any_of(verdict.fields,
                                   [&](const HeaderField& field) { return field.name == name; });
    }

    Fixed random_;
    Settings settings_ = default_settings();
    security::IpAddress client_ = *security::IpAddress::parse("192.0.2.1");
    security::IpAddress other_ = *security::IpAddress::parse("192.0.2.2");
};

TEST_F(RateGateTest, V15_TwentyPicturesInAMinute) {
    RateGate limits = gate(settings_);
    for (int i = 0; i < 20; ++i) {
        ASSERT_FALSE(limits.count({RateClass::enhance, client_, "", kPath}, at(0)).refusal) << i;
    }
    const RateVerdict refused = limits.count({RateClass::enhance, client_, "", kPath}, at(0));
    ASSERT_TRUE(refused.refusal);
    EXPECT_EQ(refused.refusal->id(), ErrorCode::rate_limited);
    EXPECT_TRUE(has(refused, "Retry-After"));
    EXPECT_TRUE(has(refused, "RateLimit"));
    EXPECT_TRUE(has(refused, "RateLimit-Policy"));
    EXPECT_FALSE(limits.count({RateClass::enhance, other_, "", kPath}, at(0)).refusal);
    EXPECT_FALSE(limits.count({RateClass::plain, client_, "", kPath}, at(0)).refusal);
    EXPECT_FALSE(limits.count({RateClass::enhance, client_, "", kPath}, at(61)).refusal);
}

TEST_F(RateGateTest, W7_AddressCredentialAndRouteCountTogether) {
    settings_.rate_limit_ip = 5;
    settings_.rate_limit_key = 3;
    settings_.rate_limit_enhance = 2;
    RateGate limits = gate(settings_);
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(limits.count({RateClass::enhance, client_, "k", kPath}, at(0)).refusal);
    }
    EXPECT_TRUE(limits.count({RateClass::enhance, client_, "k", kPath}, at(0)).refusal);
    // What was refused was not counted: one is left for the key, and it goes with the key.
    EXPECT_FALSE(limits.count({RateClass::plain, other_, "k", kPath}, at(0)).refusal);
    EXPECT_TRUE(limits.count({RateClass::plain, other_, "k", kPath}, at(0)).refusal);
    EXPECT_FALSE(limits.count({RateClass::plain, other_, "l", kPath}, at(0)).refusal);
}

TEST_F(RateGateTest, P14_HeadersComeInTheFormThatIsSet) {
    for (const auto& [form, header] :
         {std::pair("draft-6", "RateLimit-Limit"), std::pair("draft-7", "RateLimit"),
          std::pair("draft-10", "RateLimit-Policy"), std::pair("legacy", "X-RateLimit-Limit")}) {
        settings_.rate_limit_headers = form;
        EXPECT_TRUE(
            has(gate(settings_).count({RateClass::plain, client_, "", kPath}, at(0)), header))
            << form;
    }
}

TEST_F(RateGateTest, ProbesAreNotCounted) {
    settings_.rate_limit_ip = 1;
    RateGate limits = gate(settings_);
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(limits.count({RateClass::none, client_, "", kPath}, at(0)).refusal);
    }
}

TEST_F(RateGateTest, F5_FailuresBlockAnAddressForLongerEachTime) {
    settings_.block_allow = "192.0.2.2";
    RateGate limits = gate(settings_);
    const auto fail_five_times = [&](const security::IpAddress& client, std::int64_t second) {
        for (int i = 0; i < 5; ++i) limits.note_failure(client, at(second));
    };
    fail_five_times(client_, 0);
    fail_five_times(other_, 0);
    const RateVerdict blocked = limits.check_block(client_, at(1));
    ASSERT_TRUE(blocked.refusal);
    EXPECT_EQ(blocked.refusal->id(), ErrorCode::client_blocked);
    EXPECT_EQ(blocked.fields.at(0), (HeaderField{"Retry-After", "299"}));
    EXPECT_FALSE(limits.check_block(other_, at(1)).refusal);
    EXPECT_FALSE(limits.check_block(client_, at(301)).refusal);
    fail_five_times(client_, 302);
    EXPECT_TRUE(limits.check_block(client_, at(302 + 599)).refusal);
    EXPECT_FALSE(limits.check_block(client_, at(302 + 601)).refusal);
}

TEST_F(RateGateTest, F5_BreachesBlockAsFailuresDo) {
    settings_.block_breaches = 3;
    settings_.block_allow = "192.0.2.2";
    RateGate limits = gate(settings_);
    EXPECT_EQ(limits.note_breach(client_, at(0)), 0);
    // A credential that is right does not excuse it.
    limits.note_success(client_);
    EXPECT_EQ(limits.note_breach(client_, at(1)), 0);
    EXPECT_EQ(limits.note_breach(client_, at(2)), std::int64_t{300} * 1'000'000'000);
    EXPECT_TRUE(limits.check_block(client_, at(3)).refusal);
    EXPECT_FALSE(limits.check_block(client_, at(303)).refusal);
    for (int i = 0; i < 3; ++i) limits.note_breach(client_, at(304));
    EXPECT_TRUE(limits.check_block(client_, at(304 + 599)).refusal);
    for (int i = 0; i < 9; ++i) limits.note_breach(other_, at(0));
    EXPECT_FALSE(limits.check_block(other_, at(1)).refusal);
    settings_.block_breaches = 0;
    RateGate lenient = gate(settings_);
    for (int i = 0; i < 99; ++i) EXPECT_EQ(lenient.note_breach(client_, at(0)), 0);
}

TEST_F(RateGateTest, ReloadingKeepsBlocksAndCounts) {
    settings_.rate_limit_ip = 2;
    RateGate limits = gate(settings_);
    for (int i = 0; i < 5; ++i) limits.note_failure(client_, at(0));
    EXPECT_FALSE(limits.count({RateClass::plain, other_, "", kPath}, at(0)).refusal);
    settings_.rate_limit_ip = 1;
    ASSERT_TRUE(limits.reload(settings_, random_).has_value());
    EXPECT_TRUE(limits.check_block(client_, at(1)).refusal);
    settings_.block_allow = "not a network";
    EXPECT_FALSE(limits.reload(settings_, random_).has_value());
    EXPECT_TRUE(limits.check_block(client_, at(1)).refusal);
}

TEST_F(RateGateTest, P15_RoutesHaveLimitsOfTheirOwn) {
    settings_.rate_limits = "/v1/inspect ip 2/60, /v1/analyse key 1/60+3, /v1/jobs/{id} user 1/60";
    RateGate limits = gate(settings_);
    const auto allows = [&](std::string_view path, std::string_view who) {
        return !limits.count({RateClass::plain, client_, who, path}, at(0)).refusal;
    };
    EXPECT_TRUE(allows("/v1/inspect", "k") && allows("/v1/inspect", "l"));
    EXPECT_FALSE(allows("/v1/inspect", "m")) << "one address, whoever it is";
    EXPECT_FALSE(limits.count({RateClass::plain, other_, "", "/v1/inspect"}, at(0)).refusal);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(allows("/v1/analyse", "k")) << "the burst";
    EXPECT_FALSE(allows("/v1/analyse", "k"));
    EXPECT_TRUE(allows("/v1/analyse", "l"));
    EXPECT_TRUE(allows("/v1/analyse", "")) << "nobody's limit";
    EXPECT_TRUE(allows("/v1/jobs/{id}", "user:ada"));
    EXPECT_FALSE(allows("/v1/jobs/{id}", "user:ada"));
    EXPECT_TRUE(allows("/v1/jobs/{id}", "k") && allows("/v1/jobs/{id}", "k"));
}

TEST_F(RateGateTest, P15_HeadersNameTheLimitOfARoute) {
    settings_.rate_limits = "/v1/inspect key 5/60";
    RateGate limits = gate(settings_);
    const RateVerdict verdict =
        limits.count({RateClass::plain, client_, "k", "/v1/inspect"}, at(0));
    const auto policy = std::ranges::find(verdict.fields, "RateLimit-Policy", &HeaderField::name);
    ASSERT_NE(policy, verdict.fields.end());
    EXPECT_TRUE(policy->value.contains("\"/v1/inspect key\";q=5;w=60")) << policy->value;
}

TEST_F(RateGateTest, P15_LimitsThatMeanNothingAreErrors) {
    for (const char* text :
         {"/v1/inspect", "/v1/inspect ip", "/v1/inspect ip 1", "/v1/inspect ip 1/",
          "/v1/inspect ip /1", "/v1/inspect ip 1/60+", "/v1/inspect ip 1/60+0",
          "/v1/inspect ip -1/60", "/v1/inspect ip 0/60", "/v1/inspect ip 1/60+2+3",
          "/v1/inspect host 1/60", "/v1/nothing ip 1/60", "/livez ip 1/60",
          "/v1/inspect ip 1/60 more", "/v1/inspect ip 1/60, /v1/inspect ip 2/60"}) {
        settings_.rate_limits = text;
        const auto made = RateGate::make(settings_, random_);
        ASSERT_FALSE(made) << text;
        EXPECT_EQ(made.error().id(), ErrorCode::config_invalid_value) << text;
    }
}

}  // namespace
}  // namespace limpid::service
