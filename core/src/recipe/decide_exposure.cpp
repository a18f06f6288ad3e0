#include <algorithm>

#include "base/exact_math.hpp"
#include "base/tone_curve.hpp"
#include "recipe/decide.hpp"
#include "recipe/scene_rules.hpp"

namespace limpid::recipe {
namespace {

/// Encoded key within which photographs look rightly exposed; 0.46 is the 18 % grey card. A picture
/// that has bright parts is not underexposed, whatever its mid-tones: its low edge is lower.
constexpr double kKeyLow = 0.385;
constexpr double kKeyLowWithBrightParts = 0.28;
constexpr double kKeyHigh = 0.58;
constexpr double kMaxBrighten = 1.5;  // EV
/// Photographs that are bright are so on purpose more often than not: a beach, a white wall.
constexpr double kMaxDarken = 0.3;
constexpr double kTooSmallEv = 0.12;
/// What is left of a picture that is black nearly everywhere says less about its exposure.
constexpr double kLitShareSure = 0.5;

double bright_parts(const Analysis& a) { return ramp(a.luma.p95.to_double(), 0.65, 0.92); }

/// Stops that take `key` to `target`.
double stops(double key, double target) {
    const double from = std::clamp(srgb_to_linear(key), 0.0005, 0.98);
    return log2_exact(light_gain(from, srgb_to_linear(target)));
}

double darken_confidence(const Analysis& a) {
    // A bright key without deep tones is snow, fog or high key as often as a mistake.
    return 1.0 - 0.7 * ramp(a.luma.p5.to_double(), 0.20, 0.45);
}

}  // namespace

Exposure decide_exposure(const Analysis& a, const Recipe& so_far) {
    Exposure exposure;
    exposure.evidence = {evidence("key", a.exposure_key, "level"),
                         evidence("95th percentile of luma", a.luma.p95, "level"),
                         evidence("share that is not black", a.lit_share, "fraction"),
                         evidence("share of clipped highlights", a.clipped_high_share, "fraction")};
    const SceneRule& rule = rule_of(a.scene);
    const double key = a.exposure_key.to_double();
    const double low = kKeyLow - (kKeyLow - kKeyLowWithBrightParts) * bright_parts(a);
    const bool dark = key < low;
    if (!dark && key <= kKeyHigh) {
        exposure.reason = "Left alone: the exposure is right.";
        return exposure;
    }
    if (!dark && so_far.dehaze.amount != Decimal{}) {
        exposure.reason = "Left alone: without its haze the picture will not be too bright.";
        return exposure;
    }
    const double allowed = dark ? rule.brighten : rule.darken;
    if (allowed == 0.0) {
        exposure.reason = left_alone(a.scene);
        return exposure;
    }
    const double sure =
        dark ? ramp(a.lit_share.to_double(), 0.0, kLitShareSure) : darken_confidence(a);
    exposure.confidence = Decimal::from_double(sure * allowed);
    const double wanted = std::clamp(stops(key, dark ? low : kKeyHigh), -kMaxDarken, kMaxBrighten);
    const double ev = wanted * sure * allowed;
    if (ev > -kTooSmallEv && ev < kTooSmallEv) {
        exposure.reason = kTooLittle;
        return exposure;
    }
    exposure.exposure_ev = Decimal::from_double(ev);
    exposure.reason = held_back(dark ? "Brightened: the picture is darker than photographs are."
                                     : "Darkened: the picture is brighter than photographs are.",
                                allowed, a.scene);
    return exposure;
}

}  // namespace limpid::recipe
