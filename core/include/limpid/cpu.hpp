#pragma once

#include <cstdint>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid {

/// Instruction sets the kernels are compiled for. All give the same bytes.
enum class CpuTier : std::uint8_t { baseline, sse41, avx2, avx512, neon, wasm, wasm_simd };

/// "baseline", "sse41", ….
[[nodiscard]] LIMPID_API std::string_view to_string(CpuTier tier) noexcept;

/// The best tier this machine and this build have.
[[nodiscard]] LIMPID_API CpuTier best_cpu_tier() noexcept;

/// Use no better tier than `tier`, for tests and benchmarks. Must come before the first kernel
/// runs: the choice is made once per process. Not thread-safe.
/// @return argument.invalid when this machine or build does not have `tier`.
[[nodiscard]] LIMPID_API Status limit_cpu_tier(CpuTier tier);

}  // namespace limpid
