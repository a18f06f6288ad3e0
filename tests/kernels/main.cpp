#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "limpid/cpu.hpp"

namespace {

constexpr int kSkipped = 77;

/// The tier LIMPID_TEST_CPU_TIER names. @return 0, or what main() shall return.
int use_requested_tier() {
    const char* requested = std::getenv("LIMPID_TEST_CPU_TIER");
    if (requested == nullptr) return 0;
    for (int i = 0; i <= static_cast<int>(limpid::CpuTier::wasm_simd); i++) {
        const auto tier = static_cast<limpid::CpuTier>(i);
        if (limpid::to_string(tier) != std::string_view(requested)) continue;
        if (const auto limited = limpid::limit_cpu_tier(tier); !limited) {
            std::printf("skipped: %s\n", limited.error().message().c_str());
            return kSkipped;
        }
        return 0;
    }
    std::printf("LIMPID_TEST_CPU_TIER=%s is not a tier\n", requested);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (const int code = use_requested_tier(); code != 0) return code;
    return RUN_ALL_TESTS();
}
