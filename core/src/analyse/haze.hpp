#pragma once

#include <array>
#include <span>
#include <vector>

#include "limpid/image.hpp"

namespace limpid::analysis {

/// The share of the haze that He, Sun and Tang leave in, so that distance is still seen (omega).
inline constexpr double kHazeKept = 0.05;
/// Transmission is never taken for less: the gain 1 / t would show noise and quantisation.
inline constexpr double kLeastTransmission = 0.3;

/// Haze by the dark channel prior (He, Sun and Tang, PAMI 33(12), 2011): somewhere near every pixel
/// of a clear picture one channel is almost black, so what is left there is haze.
struct HazeEstimate {
    /// Encoded 0..1: the mean colour of the brightest thousandth of the dark channel.
    std::array<double, 3> airlight{1, 1, 1};
    /// Mean of 1 - t over the picture, 0..1: how much of what is seen is haze.
    double level = 0;
    /// Transmission at the 5th, 50th and 95th percentile, kLeastTransmission..1. Haze grows with
    /// distance: a wide range speaks for it, a narrow one for a bright plain subject.
    double transmission_p5 = 1, transmission_p50 = 1, transmission_p95 = 1;
    /// (max - min) / max of the airlight. Haze is nearly grey; a strong colour is a wall or a
    /// stage.
    double airlight_saturation = 0;
};

/// @param proxy  gray16 or rgb16. Grey pictures give grey airlight. Deterministic; thread-safe.
[[nodiscard]] HazeEstimate estimate_haze(const ImageView& proxy);

/// Transmission of every pixel, kLeastTransmission..1, row by row, blocky as the patches are.
/// @param levels    interleaved encoded channels, `channel_count` (1 or 3) each, 0..1.
/// @param airlight  as many channels, 0..1; taken for at least 1/16.
[[nodiscard]] std::vector<double> transmission(std::span<const double> levels, int channel_count,
                                               int width_px, int height_px,
                                               std::span<const double> airlight);

}  // namespace limpid::analysis
