#pragma once

namespace limpid {

/// White balance of one channel: y = g x in linear light up to the level where the larger of x and
/// y is 0.75, and from there a shoulder that goes to white, so that black stays black and what was
/// clipped stays neutral under any white balance.
///
/// Monotone and C1. On the shoulder, with s = 0.75 / max(g, 1), u = (x - s) / (1 - s) and
/// k = g (1 - s) / (1 - g s), y = g s + (1 - g s) k u / (1 + (k - 1) u). The curve of 1 / g is the
/// inverse of that of g.
/// @param gain    above 0.
/// @param linear  0 .. 1.
[[nodiscard]] double apply_white_balance(double gain, double linear) noexcept;

/// Exposure of one channel: a gain in linear light that keeps black black and white white,
/// y = g x / (1 + (g - 1) x).
///
/// Near black its slope is `gain`; towards white it is a shoulder of the kind of Reinhard et al.,
/// SIGGRAPH 2002, eq. 3, here scaled so that 1 maps to 1. Gains multiply:
/// exposure(a, exposure(b, x)) = exposure(a b, x).
[[nodiscard]] double apply_exposure(double gain, double linear) noexcept;

/// The gain of apply_exposure() that takes `from` to `to`, both linear and in (0, 1).
[[nodiscard]] double exposure_gain(double from, double to) noexcept;

/// Black point, white point and S-curve on an encoded level.
struct LevelsAndContrast {
    double black = 0;     ///< level that becomes nearly black, 0 .. 0.25
    double white = 1;     ///< level that becomes nearly white, 0.5 .. 1
    double contrast = 0;  ///< -1..1
};

/// Levels, then contrast: monotone and C1 from 0 to 1.
///
/// Levels scale [black, white] to [0, 1] and bend the ends, so that what lies beyond stays distinct
/// instead of being cut off: the brightest percent of a photo is often its subject.
/// Contrast is t + c (3 t^2 - 2 t^3 - t): slope 1 + c/2 in the middle and 1 - c at the ends.
[[nodiscard]] double apply_tone(const LevelsAndContrast& tone, double encoded) noexcept;

}  // namespace limpid
