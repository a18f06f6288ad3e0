#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "limpid/cpu.hpp"

namespace limpid::testing::cpu_tier_test {
namespace {

TEST(CpuTier, IsTheOneThisProcessWasLimitedTo) {
    const char* requested = std::getenv("LIMPID_TEST_CPU_TIER");
    if (requested == nullptr)
        GTEST_SKIP() << "no tier was asked for; the kernels_test_<tier> tests ask";
    EXPECT_EQ(to_string(best_cpu_tier()), requested);
}

TEST(CpuTier, OffersTheTierItCallsBest) { EXPECT_TRUE(limit_cpu_tier(best_cpu_tier())); }

TEST(CpuTier, RefusesWhatThisBuildDoesNotHave) {
#if defined(__x86_64__)
    constexpr CpuTier kForeign = CpuTier::neon;
#else
    constexpr CpuTier kForeign = CpuTier::avx2;
#endif
    const Status limited = limit_cpu_tier(kForeign);
    ASSERT_FALSE(limited);
    EXPECT_EQ(limited.error().id(), ErrorCode::argument_invalid);
}

}  // namespace
}  // namespace limpid::testing::cpu_tier_test
