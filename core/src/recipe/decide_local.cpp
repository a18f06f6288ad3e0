#include <algorithm>
#include <cmath>

#include "recipe/decide.hpp"
#include "recipe/scene_rules.hpp"

// Corrections that differ from place to place: haze, deep shadows and strong lights, and structure.

namespace limpid::recipe {
namespace {

/// Quartiles of the luma, after tone, within which shadows and highlights keep their drawing.
constexpr double kOpenShadows = 0.20;
constexpr double kBrightParts = 0.55;
constexpr double kMaxShadows = 0.5;
constexpr double kCalmHighlights = 0.75;
constexpr double kMaxHighlights = 0.4;
/// Mean distance from the surroundings of photographs that look crisp.
constexpr double kCrisp = 0.050;
constexpr double kMaxLocalContrast = 0.3;
/// Air is part of a landscape.
constexpr double kMaxDehaze = 0.3;
constexpr double kTooSmallLocal = 0.05;

/// Lifted shadows and strengthened structure show the noise.
double clean(const Analysis& a) { return 1.0 - ramp(sure_noise(a), 0.010, 0.035); }

double wanted_shadows(const Analysis& a, const Recipe& so_far) {
    const double quarter = luma_after_tone(so_far, a.luma.p25.to_double());
    const double bright = luma_after_tone(so_far, a.luma.p95.to_double());
    const double deep = ramp(kOpenShadows - quarter, 0.0, kOpenShadows);
    // A subject against the light lies in the middle; dark surroundings of a lit one are meant.
    const double subject = 0.3 + 0.7 * ramp(a.backlight.to_double(), -0.10, 0.10);
    // Where nothing is lit at all, shadows are a background.
    const double drawing = ramp(a.luma.p25.to_double(), 0.01, 0.05);
    return kMaxShadows * deep * ramp(bright, kBrightParts, 0.85) * subject * drawing * clean(a);
}

double wanted_highlights(const Analysis& a, const Recipe& so_far) {
    const double three_quarters = luma_after_tone(so_far, a.luma.p75.to_double());
    const double strong = ramp(three_quarters, kCalmHighlights, 0.95);
    // What is clipped has no drawing to bring back, and grey whites are worse than bright ones.
    const double drawing = 1.0 - ramp(a.clipped_high_share.to_double(), 0.02, 0.10);
    return kMaxHighlights * strong * drawing;
}

}  // namespace

Dehaze decide_dehaze(const Analysis& a) {
    Dehaze dehaze;
    dehaze.evidence = {evidence("share of haze", a.haze_level, "fraction"),
                       evidence("transmission, hazy end", a.transmission_p5, "fraction"),
                       evidence("transmission, clear end", a.transmission_p95, "fraction"),
                       evidence("colour of the haze", a.airlight_saturation, "fraction")};
    dehaze.airlight_red = a.airlight.red;
    dehaze.airlight_green = a.airlight.green;
    dehaze.airlight_blue = a.airlight.blue;
    const double allowed = rule_of(a.scene).dehaze;
    if (allowed == 0.0) {
        dehaze.reason = left_alone(a.scene);
        return dehaze;
    }
    // Haze is bright, nearly grey, and grows with distance; it leaves no blacks behind it, and no
    // strong colours: a bright beach or a blue sky has those. What has lost its highlights was
    // exposed too long: it is to be darkened instead.
    const double depth = a.transmission_p95.to_double() - a.transmission_p5.to_double();
    const double confidence = allowed * ramp(a.haze_level.to_double(), 0.25, 0.55) *
                              ramp(depth, 0.15, 0.40) * ramp(a.luma.p1.to_double(), 0.06, 0.18) *
                              (1.0 - ramp(a.airlight_saturation.to_double(), 0.15, 0.35)) *
                              ramp(a.airlight.green.to_double(), 0.5, 0.7) *
                              (1.0 - ramp(a.chroma_mean.to_double(), 0.09, 0.14)) *
                              (1.0 - ramp(a.clipped_high_share.to_double(), 0.04, 0.12)) *
                              (1.0 - overexposed(a)) * clean(a);
    dehaze.confidence = Decimal::from_double(confidence);
    const double amount = kMaxDehaze * confidence;
    if (amount < kTooSmallLocal) {
        dehaze.reason = "Left alone: there is no veil that grows with distance.";
        return dehaze;
    }
    dehaze.amount = Decimal::from_double(amount);
    dehaze.reason = held_back("Takes off part of the haze in the distance.", allowed, a.scene);
    return dehaze;
}

ShadowsHighlights decide_shadows_highlights(const Analysis& a, const Recipe& so_far) {
    ShadowsHighlights local;
    local.evidence = {evidence("first quartile of luma", a.luma.p25, "level"),
                      evidence("third quartile of luma", a.luma.p75, "level"),
                      evidence("border brighter than centre by", a.backlight, "level")};
    const double allowed = rule_of(a.scene).shadows;
    if (allowed == 0.0) {
        local.reason = left_alone(a.scene);
        return local;
    }
    const double shadows = allowed * wanted_shadows(a, so_far);
    const double highlights = allowed * wanted_highlights(a, so_far);
    if (shadows >= kTooSmallLocal) local.shadows = Decimal::from_double(shadows);
    if (highlights >= kTooSmallLocal) local.highlights = Decimal::from_double(highlights);
    const bool lifts = local.shadows.ten_thousandths != 0;
    const bool lowers = local.highlights.ten_thousandths != 0;
    if (!lifts && !lowers) {
        local.reason = "Left alone: shadows and highlights keep their detail.";
        return local;
    }
    local.confidence = Decimal::from_double(allowed * clean(a));
    local.reason = held_back(lifts && lowers ? "Opens the shadows and calms the highlights."
                             : lifts ? "Opens the shadows: a quarter of the picture is dark."
                                     : "Calms the highlights: a quarter of the picture is bright.",
                             allowed, a.scene);
    return local;
}

LocalContrast decide_local_contrast(const Analysis& a, const Recipe& so_far) {
    LocalContrast local;
    local.evidence = {evidence("local contrast", a.local_contrast, "level"),
                      evidence("noise", a.noise_sigma, "level")};
    const double allowed = rule_of(a.scene).local_contrast;
    if (allowed == 0.0) {
        local.reason = left_alone(a.scene);
        return local;
    }
    // Levels and contrast have strengthened structure already, by their slope in the middle.
    const double slope = (luma_after_tone(so_far, 0.55) - luma_after_tone(so_far, 0.45)) / 0.10;
    const double structure = a.local_contrast.to_double() * slope;
    const double confidence = allowed * clean(a) * ramp(structure, 0.004, 0.02);
    local.confidence = Decimal::from_double(confidence);
    const double amount =
        confidence * kMaxLocalContrast * ramp(kCrisp - structure, 0.0, 0.6 * kCrisp);
    if (amount < kTooSmallLocal) {
        local.reason =
            structure >= kCrisp ? "Left alone: structure stands out already." : kTooLittle;
        return local;
    }
    local.amount = Decimal::from_double(amount);
    local.reason = held_back("Strengthens structure: the picture is soft in the middle distances.",
                             allowed, a.scene);
    return local;
}

}  // namespace limpid::recipe
