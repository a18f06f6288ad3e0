#pragma once

#include <array>
#include <cstdint>

#include "limpid/image.hpp"

namespace limpid::analysis {

/// How light is spread over the proxy. Levels are encoded luma or chroma, 0..1.
struct Tonality {
    double luma_mean = 0;
    double luma_mean_center = 0;
    double luma_mean_border = 0;
    /// See analysis.def for these.
    double exposure_key = 0;
    double lit_share = 0;
    double bimodality = 0;
    double local_contrast = 0;
    double chroma_mean = 0;
    std::array<std::uint32_t, 256> chroma_bins{};
    bool monochrome = true;
};

/// @param proxy  gray16 or rgb16. Deterministic; thread-safe.
[[nodiscard]] Tonality measure_tonality(const ImageView& proxy);

}  // namespace limpid::analysis
