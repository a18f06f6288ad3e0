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
constexpr double kKeyMiddle = 0.46;
constexpr double kMaxBrighten = 1.5;  // EV
/// Photographs that are bright are so on purpose more often than not: a beach, a white wall.
constexpr double kMaxDarken = 0.3;
/// Of one that was exposed too long; what is clipped stays white.
constexpr double kMaxDarkenOverexposed = 1.4;
/// Near the dark end of the range: what is left of an overexposed picture is its former shadows.
constexpr double kKeyOfOverexposed = 0.42;
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

/// 0..1: nothing at all is bright, as when light was missing; a dark scene has its lamp or window.
/// Of 105 photographs 5 lie below the first number, and all of them 1.5 EV darker.
double dim(const Analysis& a) { return 1.0 - ramp(a.luma.p99_5.to_double(), 0.68, 0.80); }

/// 0..1: highlights are lost, and the darkest parts or all of the picture are bright nevertheless.
/// Of the same photographs 2 show both (one is a page, the other to a quarter), 73 of them 1.5 EV
/// brighter.
double overexposed(const Analysis& a) {
    return ramp(a.clipped_high_share.to_double(), 0.04, 0.12) *
           std::max(ramp(a.luma.p5.to_double(), 0.17, 0.29),
                    ramp(a.exposure_key.to_double(), 0.56, 0.62));
}

struct Wanted {
    double ev = 0;
    double sure = 1;
};

Wanted wanted_brighter(const Analysis& a, double key, double low) {
    const double target = low + (kKeyMiddle - low) * dim(a);
    return {std::min(stops(key, target), kMaxBrighten),
            ramp(a.lit_share.to_double(), 0.0, kLitShareSure)};
}

/// The stronger of what a bright key and what lost highlights ask for.
Wanted wanted_darker(const Analysis& a, double key) {
    const Wanted bright = {std::max(std::min(stops(key, kKeyHigh), 0.0), -kMaxDarken),
                           darken_confidence(a)};
    const Wanted over = {
        std::max(std::min(stops(key, kKeyOfOverexposed), 0.0), -kMaxDarkenOverexposed),
        overexposed(a)};
    return over.ev * over.sure < bright.ev * bright.sure ? over : bright;
}

}  // namespace

Exposure decide_exposure(const Analysis& a, const Recipe& so_far) {
    Exposure exposure;
    exposure.evidence = {evidence("key", a.exposure_key, "level"),
                         evidence("5th percentile of luma", a.luma.p5, "level"),
                         evidence("95th percentile of luma", a.luma.p95, "level"),
                         evidence("99.5th percentile of luma", a.luma.p99_5, "level"),
                         evidence("share that is not black", a.lit_share, "fraction"),
                         evidence("share of clipped highlights", a.clipped_high_share, "fraction")};
    const SceneRule& rule = rule_of(a.scene);
    const double key = a.exposure_key.to_double();
    const double low = kKeyLow - (kKeyLow - kKeyLowWithBrightParts) * bright_parts(a);
    const bool dark = key < low;
    const Wanted wanted = dark ? wanted_brighter(a, key, low) : wanted_darker(a, key);
    const double asked = wanted.ev * wanted.sure;
    if (asked > -kTooSmallEv && asked < kTooSmallEv) {
        exposure.reason =
            dark || key > kKeyHigh ? kTooLittle : "Left alone: the exposure is right.";
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
    exposure.confidence = Decimal::from_double(wanted.sure * allowed);
    const double ev = asked * allowed;
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
