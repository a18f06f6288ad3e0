#pragma once

#include <array>
#include <cstdint>

#include "limpid/error.hpp"

namespace limpid::kernels {

/// One half of a symmetric 9-tap filter: the centre, then the taps ±1 .. ±4.
/// weights[0] + 2 * (weights[1] + … + weights[4]) == kBlurWeightSum.
using BlurWeights = std::array<std::uint16_t, 5>;
inline constexpr int kBlurWeightSum = 32768;

inline constexpr double kMinRadiusPx = 0.3;
inline constexpr double kMaxRadiusPx = 2.0;

/// The Gaussian of standard deviation `radius_px`, cut at 4 pixels and scaled to sum exactly to
/// kBlurWeightSum. Uses only + - * / on doubles, so that every target computes the same weights.
/// @param radius_px  kMinRadiusPx .. kMaxRadiusPx.
/// @return argument.invalid when radius_px is outside that range or not a number.
[[nodiscard]] Result<BlurWeights> gaussian_weights(double radius_px);

}  // namespace limpid::kernels
