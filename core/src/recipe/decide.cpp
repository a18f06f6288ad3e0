#include "recipe/decide.hpp"

#include <algorithm>

#include "base/exact_math.hpp"
#include "base/tone_curve.hpp"

namespace limpid {
namespace recipe {

double ramp(double value, double from, double to) noexcept {
    const double t = (value - from) / (to - from);
    return t > 0.0 ? (t < 1.0 ? t : 1.0) : 0.0;
}

double sure_noise(const Analysis& a) noexcept {
    const double luma = a.noise_sigma.to_double();
    return a.monochrome ? luma : std::min(luma, a.chroma_noise_sigma.to_double());
}

double luma_after_light(const Recipe& so_far, double encoded) noexcept {
    const double gain = exp2_exact(so_far.exposure.exposure_ev.to_double());
    return linear_to_srgb(apply_exposure(gain, srgb_to_linear(encoded)));
}

double luma_after_tone(const Recipe& so_far, double encoded) noexcept {
    const LevelsAndContrast tone = {.black = so_far.tone.black_point.to_double(),
                                    .white = so_far.tone.white_point.to_double(),
                                    .contrast = so_far.tone.contrast.to_double()};
    return apply_tone(tone, luma_after_light(so_far, encoded));
}

double stretch_of_shadows(const Analysis& a, const Recipe& so_far) noexcept {
    // Levels closer together than this are one tone, whose slope says little about the picture.
    constexpr double kSmallestRange = 0.02;
    const double low = a.luma.p5.to_double();
    const double high = a.luma.p50.to_double();
    if (high - low < kSmallestRange) return 1.0;
    const double range = luma_after_tone(so_far, high) - luma_after_tone(so_far, low);
    return std::max(1.0, range / (high - low));
}

}  // namespace recipe

Recipe decide(const Analysis& analysis) {
    Recipe recipe;
    recipe.deblock = recipe::decide_deblock(analysis);
    recipe.white_balance = recipe::decide_white_balance(analysis);
    // Haze brightens and takes the blacks away: with it taken off, less is left for the two below.
    recipe.dehaze = recipe::decide_dehaze(analysis);
    recipe.exposure = recipe::decide_exposure(analysis, recipe);
    recipe.tone = recipe::decide_tone(analysis, recipe);
    recipe.denoise = recipe::decide_denoise(analysis, recipe);
    recipe.shadows_highlights = recipe::decide_shadows_highlights(analysis, recipe);
    recipe.local_contrast = recipe::decide_local_contrast(analysis, recipe);
    recipe.vibrance = recipe::decide_vibrance(analysis);
    recipe.memory_colours = recipe::decide_memory_colours(analysis);
    recipe.sharpen = recipe::decide_sharpen(analysis, recipe);
    return recipe;
}

}  // namespace limpid
