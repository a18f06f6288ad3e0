#include "limpid/cpu.hpp"

#include <HalideRuntime.h>

#include <array>
#include <cstdint>
#include <string>

namespace limpid {
namespace {

#if defined(__wasm_simd128__)
constexpr CpuTier kFixedTier = CpuTier::wasm_simd;
#elif defined(__wasm__)
constexpr CpuTier kFixedTier = CpuTier::wasm;
#elif defined(__aarch64__)
constexpr CpuTier kFixedTier = CpuTier::neon;
#else
#define LIMPID_CPU_DISPATCH 1
#endif

#if defined(LIMPID_CPU_DISPATCH)

constexpr std::uint64_t bit(int feature) { return std::uint64_t{1} << (feature % 64); }

/// What a tier needs beyond the one before it. All are in the first 64 features.
struct TierFeatures {
    CpuTier tier = CpuTier::baseline;
    bool built = false;
    std::uint64_t features = 0;
};

constexpr std::array<TierFeatures, 4> kTiers = {{
    {CpuTier::baseline, true, 0},
    {CpuTier::sse41, LIMPID_KERNELS_SSE41, bit(halide_target_feature_sse41)},
    {CpuTier::avx2, LIMPID_KERNELS_AVX2,
     bit(halide_target_feature_avx) | bit(halide_target_feature_avx2) |
         bit(halide_target_feature_f16c) | bit(halide_target_feature_fma)},
    {CpuTier::avx512, LIMPID_KERNELS_AVX512,
     bit(halide_target_feature_avx512) | bit(halide_target_feature_avx512_skylake)},
}};
static_assert(halide_target_feature_avx512_skylake < 64 && halide_target_feature_fma < 64);

bool has(const TierFeatures& tier) {
    const std::array<std::uint64_t, 2> features = {tier.features, 0};
    return tier.built && halide_default_can_use_target_features(2, features.data()) != 0;
}

/// Set by limit_cpu_tier() before the first kernel runs, then only read.
std::uint64_t& forbidden_features() {
    static std::uint64_t features = 0;
    return features;
}

int can_use_allowed_features(int count, const std::uint64_t* features) {
    if (count < 1 || (features[0] & forbidden_features()) != 0) return 0;
    return halide_default_can_use_target_features(count, features);
}

#endif

}  // namespace

std::string_view to_string(CpuTier tier) noexcept {
    constexpr std::array<std::string_view, 7> kNames = {"baseline", "sse41", "avx2",     "avx512",
                                                        "neon",     "wasm",  "wasm_simd"};
    return kNames[static_cast<std::size_t>(tier)];
}

#if defined(LIMPID_CPU_DISPATCH)

CpuTier best_cpu_tier() noexcept {
    CpuTier best = CpuTier::baseline;
    for (const TierFeatures& tier : kTiers) {
        if (has(tier) && (tier.features & forbidden_features()) == 0) best = tier.tier;
    }
    return best;
}

Status limit_cpu_tier(CpuTier tier) {
    std::uint64_t forbidden = 0;
    bool found = false;
    for (const TierFeatures& candidate : kTiers) {
        if (candidate.tier == tier) found = has(candidate);
        if (candidate.tier > tier) forbidden |= candidate.features;
    }
    if (!found) {
        return fail(ErrorCode::argument_invalid, "CPU tier " + std::string(to_string(tier)) +
                                                     "; the best here is " +
                                                     std::string(to_string(best_cpu_tier())));
    }
    forbidden_features() = forbidden;
    halide_set_custom_can_use_target_features(can_use_allowed_features);
    return {};
}

#else

CpuTier best_cpu_tier() noexcept { return kFixedTier; }

Status limit_cpu_tier(CpuTier tier) {
    if (tier == kFixedTier) return {};
    return fail(ErrorCode::argument_invalid, "CPU tier " + std::string(to_string(tier)) +
                                                 "; this build has only " +
                                                 std::string(to_string(kFixedTier)));
}

#endif

}  // namespace limpid
