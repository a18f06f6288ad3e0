#pragma once

#include <array>
#include <cstddef>

#include "limpid/image.hpp"
#include "limpid/run.hpp"

namespace limpid::analysis {

/// Bands of encoded luma in which noise is measured: quarters of the range, darkest first.
inline constexpr std::size_t kNoiseBands = 4;

/// Standard deviations of the noise, as fractions of full scale, in the terms of
/// kernels::DenoiseLevels: luma is (77 R + 150 G + 29 B) / 256, chroma R - G and B - G.
struct NoiseLevel {
    double luma_sigma = 0;
    /// Twice what remains in means of 2 x 2 pixels, so that white noise has its own value and the
    /// coarse chroma noise of cameras the one that half-size denoising needs. 0 for grey.
    double chroma_sigma = 0;
};
struct NoiseStatistics {
    /// Means over the bands, weighted with the share of the image they were found in.
    NoiseLevel overall;
    std::array<NoiseLevel, kNoiseBands> bands;
    /// 8 x 8 blocks of luma looked at, without clipped ones. Bands with less than 32 are not
    /// measured: their level is 0, and `overall` leaves them out.
    std::array<int, kNoiseBands> block_count{};
};

/// Measures on at most 14 x 14 tiles of 32 px at full resolution: of the blocks of a band, the
/// sixteenth with the least low-frequency power; of their high-frequency DCT coefficients the
/// median magnitude (Ponomarenko, Lukin, Zriakhov, Kaarna and Astola, EUVIP 2007, in the form of
/// Colom and Buades, IPOL 2013). Choosing by other frequencies than those measured leaves white
/// noise without bias.
/// @param pixels  any format; smaller than a tile gives zeroes.
/// @return run.cancelled. Deterministic, whatever the runner; thread-safe.
[[nodiscard]] Result<NoiseStatistics> measure_noise(const ImageView& pixels,
                                                    const RunOptions& run = {});

}  // namespace limpid::analysis
