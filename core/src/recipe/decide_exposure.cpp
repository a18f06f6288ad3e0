#include <algorithm>
#include <array>

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
/// The curve of exposure holds highlights back, so that it takes more to undo a gain: 1.5 EV of
/// light that were missing are given back by 1.7 on average (docs/exposure.md).
constexpr double kMaxMissing = 1.7;
/// Photographs that are bright without lost highlights are so on purpose: a beach, a white wall, a
/// flower. What is clipped stays white.
constexpr double kMaxDarken = 1.7;
/// Near the dark end of the range: what is left of an overexposed picture is its former shadows.
constexpr double kKeyOfOverexposed = 0.39;
constexpr double kTooSmallEv = 0.12;
/// What is left of a picture that is black nearly everywhere says less about its exposure.
constexpr double kLitShareSure = 0.5;

/// Mean chroma beyond which a picture looks brighter than its luma says (Helmholtz-Kohlrausch), and
/// the share of what lies beyond that is added to its key: half of the way from luma to the
/// brightest channel.
constexpr double kVivid = 0.15;
constexpr double kBrightnessOfChroma = 0.5;

/// Of the three channels, the brightest: a red door is not dim for the little luma that it has.
double brightest(const Analysis& a, Decimal Percentiles::* percentile) {
    return std::max({a.red.*percentile, a.green.*percentile, a.blue.*percentile}).to_double();
}

/// Stops that take `key` to `target`.
double stops(double key, double target) {
    const double from = std::clamp(srgb_to_linear(key), 0.0005, 0.98);
    return log2_exact(exposure_gain(from, srgb_to_linear(target)));
}

double darkest(const Analysis& a) { return (a.luma.p1.to_double() + a.luma.p5.to_double()) / 2.0; }

/// Share of highlights that are lost: what is clipped in any channel, and in a second one, by
/// halves, for a yellow flower clips one alone.
double lost_highlights(const Analysis& a) {
    std::array clipped = {a.channel_clipped_high.red, a.channel_clipped_high.green,
                          a.channel_clipped_high.blue};
    std::ranges::sort(clipped);
    return (a.clipped_high_share.to_double() + clipped[1].to_double()) / 2.0;
}

struct Wanted {
    double ev = 0;
    double sure = 1;
    const char* because = "";
};

/// Stops by which the mid-tones are darker than those of photographs. Where no channel has anything
/// bright, they are taken to the middle of the range, otherwise to its edge.
double wanted_by_key(const Analysis& a) {
    const double vivid = std::max(a.chroma_mean.to_double() - kVivid, 0.0);
    const double key = a.exposure_key.to_double() + kBrightnessOfChroma * vivid;
    const double bright = ramp(brightest(a, &Percentiles::p95), 0.65, 0.92);
    const double low = kKeyLow - (kKeyLow - kKeyLowWithBrightParts) * bright;
    if (key >= low) return 0.0;
    const double dim = 1.0 - ramp(brightest(a, &Percentiles::p99_5), 0.68, 0.80);
    return std::min(stops(key, low + (kKeyMiddle - low) * dim), kMaxBrighten);
}

/// 0..1: not one channel comes near white, as when light was missing. Of 142 photographs 3 lie
/// below the first number (a page on a screen and two that are black); made 1.5 EV darker, all of
/// them.
double light_missing(const Analysis& a) {
    return 1.0 - ramp(brightest(a, &Percentiles::p99_5), 0.66, 0.76);
}

/// Stops until the brightest of the picture is white, as far as its mid-tones bear them.
double wanted_by_white(const Analysis& a) {
    const double white = std::max(srgb_to_linear(brightest(a, &Percentiles::p99_5)), 0.02);
    const double bearable = std::max(stops(a.exposure_key.to_double(), kKeyHigh), 0.0);
    return std::min({-log2_exact(white), bearable, kMaxMissing});
}

Wanted wanted_brighter(const Analysis& a) {
    const double missing = light_missing(a);
    // What has lost its highlights was not exposed too short: its shadows are opened instead.
    const double unclipped = 1.0 - ramp(a.clipped_high_share.to_double(), 0.04, 0.12);
    // Where half of the picture is black beside something bright, the dark is the scene: a stage, a
    // room at night.
    const double half = a.luma.p50.to_double();
    const double drawn = std::max(ramp(half, 0.08, 0.13), missing * ramp(half, 0.02, 0.06));
    const double by_key = wanted_by_key(a);
    const double by_white = missing * wanted_by_white(a);
    return {std::max(by_key, by_white),
            unclipped * drawn * ramp(a.lit_share.to_double(), 0.0, kLitShareSure),
            by_white > by_key ? "Brightened: nothing in the picture comes near white."
                              : "Brightened: the picture is darker than photographs are."};
}

Wanted wanted_darker(const Analysis& a) {
    const double ev = stops(a.exposure_key.to_double(), kKeyOfOverexposed);
    return {std::max(std::min(ev, 0.0), -kMaxDarken), overexposed(a),
            "Darkened: highlights are lost and nothing is dark."};
}

}  // namespace

double overexposed(const Analysis& a) noexcept {
    const double dark = darkest(a);
    const double lost = lost_highlights(a);
    const double bright = dark + a.exposure_key.to_double() + 2.0 * std::min(lost, 0.2);
    return ramp(lost, 0.04, 0.08) * ramp(bright, 0.95, 1.05) * ramp(dark, 0.05, 0.12);
}

Exposure decide_exposure(const Analysis& a, const Recipe& so_far) {
    Exposure exposure;
    exposure.evidence = {
        evidence("key", a.exposure_key, "level"),
        evidence("mean chroma", a.chroma_mean, "level"),
        evidence("darkest parts (1 and 5 %)", Decimal::from_double(darkest(a)), "level"),
        evidence("median of luma", a.luma.p50, "level"),
        evidence("brightest of a channel (95 %)",
                 Decimal::from_double(brightest(a, &Percentiles::p95)), "level"),
        evidence("brightest of a channel (99.5 %)",
                 Decimal::from_double(brightest(a, &Percentiles::p99_5)), "level"),
        evidence("share that is not black", a.lit_share, "fraction"),
        evidence("share of clipped highlights", a.clipped_high_share, "fraction"),
        evidence("share of lost highlights", Decimal::from_double(lost_highlights(a)), "fraction")};
    const SceneRule& rule = rule_of(a.scene);
    const Wanted brighter = wanted_brighter(a);
    const bool dark = brighter.ev > 0.0;
    const Wanted wanted = dark ? brighter : wanted_darker(a);
    const double asked = wanted.ev * wanted.sure;
    if (asked > -kTooSmallEv && asked < kTooSmallEv) {
        exposure.reason = dark ? kTooLittle
                          : a.exposure_key.to_double() > kKeyHigh
                              ? "Left alone: the picture is bright, and keeps its highlights."
                              : "Left alone: the exposure is right.";
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
    exposure.reason = held_back(wanted.because, allowed, a.scene);
    return exposure;
}

}  // namespace limpid::recipe
