#pragma once

#include <array>
#include <string>

#include "limpid/decimal.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/recipe.hpp"
#include "limpid/run.hpp"

namespace limpid {

/// Levels of one channel at fixed shares of the pixels, 0 (black) .. 1 (white), gamma-encoded.
struct Percentiles {
    Decimal p1, p5, p25, p50, p75, p95, p99;
};

/// An estimate of the colour of the light: linear-light red, green and blue that sum to 1.
struct Illuminant {
    Decimal red, green, blue;
};

/// What was measured. Integers or Decimals only, so that it is the same on every target.
struct Analysis {
    /// The proxy: an exact box-downscale by `box_factor` whose longer side is at most 256 px.
    int box_factor = 1;
    int proxy_width_px = 0;
    int proxy_height_px = 0;

    /// Of the proxy's luma and channels.
    Percentiles luma, red, green, blue;
    /// Means of the encoded luma, all of it and its central half.
    Decimal luma_mean, luma_mean_center;
    /// Shares of full-resolution pixels with any channel at its maximum, and with all at 0.
    Decimal clipped_high_share, clipped_low_share;

    /// Two independent estimates of the light, and how far apart they are (degrees).
    Illuminant illuminant_pca;             ///< Cheng et al., JOSA A 2014
    Illuminant illuminant_shades_of_gray;  ///< Finlayson and Trezzi, CIC 2004, p = 6
    Decimal illuminant_disagreement_deg;
    /// Angle between the mean of the two and neutral (degrees).
    Decimal cast_deg;
    /// Share of proxy pixels that are near neutral once the cast is removed.
    Decimal neutral_share;

    /// Mean and 95th percentile of chroma, (max - min) of the encoded channels.
    Decimal chroma_mean, chroma_p95;
    /// Mean width of strong edges at full resolution; 0 when there are none to measure.
    Decimal edge_width_px;
    /// Standard deviation of the noise in flat areas at full resolution, encoded luma.
    Decimal noise_sigma;

    /// No channel differs from the others anywhere.
    bool monochrome = false;
};

/// Measure an image. Cost: one read of it. @return argument.invalid | memory.exhausted |
/// run.cancelled. Thread-safe.
[[nodiscard]] LIMPID_API Result<Analysis> analyse_pixels(const ImageView& pixels,
                                                         const RunOptions& run = {});

/// Decide what the numbers ask for. Never sees pixels. Deterministic, thread-safe.
[[nodiscard]] LIMPID_API Recipe decide(const Analysis& analysis);

/// JSON object with one member per member of Analysis.
[[nodiscard]] LIMPID_API std::string to_json(const Analysis& analysis);

}  // namespace limpid
