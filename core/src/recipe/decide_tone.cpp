#include <algorithm>
#include <array>

#include "base/exact_math.hpp"
#include "base/tone_curve.hpp"
#include "recipe/decide.hpp"
#include "recipe/scene_rules.hpp"

namespace limpid::recipe {
namespace {

/// Where the darkest and the brightest of a channel may stay: at the near edge of what prints as
/// black and white. Levels go there and no further, so that a second pass finds them there.
constexpr double kGoodBlack = 0.05;
constexpr double kGoodWhite = 0.92;
constexpr double kMaxBlack = 0.12;
constexpr double kMaxWhiteCut = 0.25;
constexpr double kTooSmallLevel = 0.012;
/// Central spread (5th to 95th percentile, after levels) of a photograph with enough contrast.
constexpr double kEnoughSpread = 0.58;
constexpr double kMaxContrast = 0.25;
constexpr double kTooSmallContrast = 0.05;

struct Ends {
    double low, high;
};

/// Smallest 0.3rd and largest 99.5th percentile of the channels after light: no channel is cut
/// harder.
Ends ends_after_light(const Analysis& a, const Recipe& so_far) {
    const double exposure = exp2_exact(so_far.exposure.exposure_ev.to_double());
    const WhiteBalance& wb = so_far.white_balance;
    const std::array gains = {wb.red_gain.to_double(), wb.green_gain.to_double(),
                              wb.blue_gain.to_double()};
    const std::array channels = {&a.red, &a.green, &a.blue};
    Ends ends = {1.0, 0.0};
    for (std::size_t c = 0; c < 3; ++c) {
        const auto after = [&](Decimal level) {
            const double linear = srgb_to_linear(level.to_double());
            return linear_to_srgb(apply_exposure(exposure, apply_white_balance(gains[c], linear)));
        };
        ends.low = std::min(ends.low, after(channels[c]->p0_3));
        ends.high = std::max(ends.high, after(channels[c]->p99_5));
    }
    return ends;
}

void set_levels(Tone& tone, const Ends& ends, double share) {
    const double black = std::min(share * std::max(ends.low - kGoodBlack, 0.0), kMaxBlack);
    const double cut = std::min(share * std::max(kGoodWhite - ends.high, 0.0), kMaxWhiteCut);
    if (black >= kTooSmallLevel) tone.black_point = Decimal::from_double(black);
    if (cut >= kTooSmallLevel) tone.white_point = Decimal::from_double(1.0 - cut);
}

double wanted_contrast(const Analysis& a, Recipe so_far, const Tone& levels) {
    so_far.tone = levels;
    const double low = luma_after_tone(so_far, a.luma.p5.to_double());
    const double high = luma_after_tone(so_far, a.luma.p95.to_double());
    // The slope of the curve in the middle is 1 + contrast / 2.
    const double missing = kEnoughSpread / std::max(high - low, 0.1) - 1.0;
    return std::clamp(missing, 0.0, kMaxContrast);
}

const char* sentence(const Tone& tone) {
    const bool levels =
        tone.black_point.ten_thousandths != 0 || tone.white_point.ten_thousandths != Decimal::kOne;
    const bool bends = tone.contrast.ten_thousandths != 0;
    if (levels && bends) return "Uses the full range and adds contrast: the picture is flat.";
    if (levels) return "Uses the full range: black or white are missing.";
    if (bends) return "Adds contrast: the mid-tones are flat.";
    return nullptr;
}

}  // namespace

Tone decide_tone(const Analysis& a, const Recipe& so_far) {
    Tone tone;
    Ends ends = ends_after_light(a, so_far);
    tone.evidence = {
        evidence("darkest of a channel (0.3 %)", Decimal::from_double(ends.low), "level"),
        evidence("brightest of a channel (99.5 %)", Decimal::from_double(ends.high), "level"),
        evidence("luma spread, 5 % to 95 %",
                 Decimal::from_double(a.luma.p95.to_double() - a.luma.p5.to_double()), "level")};
    const double allowed = rule_of(a.scene).tone;
    if (allowed == 0.0) {
        tone.reason = left_alone(a.scene);
        return tone;
    }
    if (ends.high - ends.low < 0.05) {
        tone.reason = "Left alone: there is nearly nothing in the picture to spread.";
        return tone;
    }
    // A very small range may be fog or a night sky: stretch it less than it asks for.
    const double confidence = allowed * (0.4 + 0.6 * ramp(ends.high - ends.low, 0.25, 0.6));
    tone.confidence = Decimal::from_double(confidence);
    const double veiled =
        so_far.dehaze.amount != Decimal{} ? so_far.dehaze.confidence.to_double() : 0.0;
    // Haze that is taken off brings the blacks back by itself.
    ends.low *= 1.0 - veiled;
    set_levels(tone, ends, confidence);
    const double contrast = confidence * wanted_contrast(a, so_far, tone);
    if (contrast >= kTooSmallContrast) tone.contrast = Decimal::from_double(contrast);
    const char* const done = sentence(tone);
    tone.reason = done != nullptr ? held_back(done, allowed, a.scene)
                                  : "Left alone: range and contrast are good.";
    return tone;
}

}  // namespace limpid::recipe
