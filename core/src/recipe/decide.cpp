// From numbers to a recipe. One function per correction; each asks what the statistics want, damps
// it, gates it by how sure the evidence is, and says why in one sentence, also when it does
// nothing.
//
// Damping: applying the whole of what global statistics ask for costs about 2 dB on MIT-Adobe FiveK
// against 0.5-0.75 of it (measured on 16 pairs). Thresholds without another source were set
// by looking at camera photographs; docs/recipe.md says what each correction looks at.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/exact_math.hpp"
#include "base/tone_curve.hpp"
#include "limpid/analysis.hpp"
#include "limpid/recipe.hpp"

namespace limpid {
namespace {

double ramp(double value, double from, double to) {
    const double t = (value - from) / (to - from);
    return t > 0.0 ? (t < 1.0 ? t : 1.0) : 0.0;
}

Evidence evidence(std::string name, Decimal value, std::string unit) {
    return {std::move(name), value, std::move(unit)};
}

/// A level after white balance and exposure, encoded to encoded.
double after_light(double gain, double encoded) {
    return linear_to_srgb(apply_light(gain, srgb_to_linear(encoded)));
}

/// Pages, drawings and screenshots: most of the picture is one bright, colourless paper.
bool is_document(const Analysis& a) {
    return a.luma.p50.to_double() > 0.88 && a.chroma_mean.to_double() < 0.08;
}

/// Dark on purpose: nearly everything is black, and what is lit stays dark or is small.
bool is_night(const Analysis& a) {
    return a.luma.p75.to_double() < 0.14 && a.luma.p50.to_double() < 0.08;
}

// ------------------------------------------------------------------------------ white balance

/// Degrees between neutral and the light. Below the first nobody sees a cast; beyond the last the
/// colour is the picture (sunset, stage, underwater).
constexpr double kCastInvisibleDeg = 1.5;
constexpr double kCastSureDeg = 4.0;
constexpr double kCastDeliberateDeg = 14.0;
/// Estimates further apart than this say nothing (median errors in Cheng et al. 2014 are 2 to 4
/// degrees).
constexpr double kDisagreementUselessDeg = 6.0;
constexpr double kWhiteBalanceDamping = 0.6;

double white_balance_confidence(const Analysis& a) {
    const double cast = a.cast_deg.to_double();
    const double agreement =
        1.0 - ramp(a.illuminant_disagreement_deg.to_double(), 1.0, kDisagreementUselessDeg);
    const double size = ramp(cast, kCastInvisibleDeg, kCastSureDeg) *
                        (1.0 - ramp(cast, kCastDeliberateDeg * 0.6, kCastDeliberateDeg));
    // Without anything that would be grey under this light, the "cast" may be the subject's colour.
    const double neutrals = ramp(a.neutral_share.to_double(), 0.03, 0.25);
    return agreement * size * neutrals;
}

std::string white_balance_reason(const Analysis& a, double confidence) {
    if (a.monochrome) return "Left alone: the image has no colour.";
    if (a.cast_deg.to_double() < kCastInvisibleDeg) return "Left alone: there is no visible cast.";
    if (a.cast_deg.to_double() >= kCastDeliberateDeg) {
        return "Left alone: a cast this strong is taken for part of the scene.";
    }
    if (confidence <= 0.0) return "Left alone: the estimates of the light do not support a change.";
    const Illuminant& light = a.illuminant_pca;
    const bool warm = light.red > light.blue;
    return std::string("Removes part of a ") + (warm ? "warm" : "cool") +
           " cast that two estimates of the light agree on.";
}

/// Gains that take the light to neutral without changing the luminance of grey.
void set_gains(WhiteBalance& wb, const Illuminant& a, const Illuminant& b, double share) {
    const double light[3] = {(a.red.to_double() + b.red.to_double()) / 2,
                             (a.green.to_double() + b.green.to_double()) / 2,
                             (a.blue.to_double() + b.blue.to_double()) / 2};
    double gains[3];
    for (int c = 0; c < 3; ++c) {
        // No light that passes the gate is this far from 1/3; the bound is for numbers from
        // elsewhere.
        const double bounded = std::clamp(light[c], 0.15, 0.7);
        gains[c] = 1.0 + share * (1.0 / (3.0 * bounded) - 1.0);
    }
    const double luminance = 0.2126 * gains[0] + 0.7152 * gains[1] + 0.0722 * gains[2];
    wb.red_gain = Decimal::from_double(gains[0] / luminance);
    wb.green_gain = Decimal::from_double(gains[1] / luminance);
    wb.blue_gain = Decimal::from_double(gains[2] / luminance);
}

WhiteBalance decide_white_balance(const Analysis& a) {
    WhiteBalance wb;
    const double confidence = a.monochrome ? 0.0 : white_balance_confidence(a);
    wb.confidence = Decimal::from_double(confidence);
    wb.reason = white_balance_reason(a, confidence);
    wb.evidence = {
        evidence("cast", a.cast_deg, "degrees"),
        evidence("disagreement of the estimates", a.illuminant_disagreement_deg, "degrees"),
        evidence("share of near-neutral pixels", a.neutral_share, "fraction")};
    if (confidence > 0.0) {
        set_gains(wb, a.illuminant_pca, a.illuminant_shades_of_gray,
                  kWhiteBalanceDamping * confidence);
    }
    return wb;
}

// ----------------------------------------------------------------------------------- exposure

/// Encoded key (quartiles and median) within which a photograph looks rightly exposed; 0.46 is the
/// 18 % grey card.
constexpr double kKeyLow = 0.38;
constexpr double kKeyHigh = 0.60;
constexpr double kExposureDamping = 0.6;
constexpr double kMaxBrighten = 1.3;       // EV
constexpr double kMaxBrightenNight = 0.3;  // EV
constexpr double kMaxDarken = 0.6;         // EV
constexpr double kTooSmallEv = 0.06;

double exposure_key(const Analysis& a) {
    return (a.luma.p25.to_double() + 2.0 * a.luma.p50.to_double() + a.luma.p75.to_double()) / 4.0;
}

/// Stops that would take the key to the nearer end of the comfortable range.
double wanted_ev(double key) {
    const double target = key < kKeyLow ? kKeyLow : (key > kKeyHigh ? kKeyHigh : key);
    const double from = std::clamp(srgb_to_linear(key), 0.0005, 0.98);
    return log2_exact(light_gain(from, srgb_to_linear(target)));
}

struct ExposureGate {
    double confidence;
    const char* reason;
};

ExposureGate gate_exposure(const Analysis& a, double key) {
    if (is_document(a)) return {0.0, "Left alone: this looks like a page or a screenshot."};
    if (key >= kKeyLow && key <= kKeyHigh) return {0.0, "Left alone: the exposure is right."};
    if (key < kKeyLow) {
        if (is_night(a)) return {0.25, "Brightened only a little: this looks like a night scene."};
        const double bright_parts = ramp(a.luma.p95.to_double(), 0.80, 1.0);
        if (bright_parts > 0.5) {
            return {1.0 - 0.4 * bright_parts,
                    "Brightened with care: the mid-tones are dark, but there are bright parts."};
        }
        return {1.0, "Brightened: the mid-tones are dark."};
    }
    // A bright key without deep tones is snow, fog or high key as often as a mistake.
    const double deep_tones = 1.0 - ramp(a.luma.p5.to_double(), 0.15, 0.40);
    return {0.3 + 0.5 * deep_tones, "Darkened a little: the mid-tones are bright."};
}

Exposure decide_exposure(const Analysis& a) {
    Exposure exposure;
    const double key = exposure_key(a);
    const ExposureGate gate = gate_exposure(a, key);
    exposure.confidence = Decimal::from_double(gate.confidence);
    exposure.reason = gate.reason;
    exposure.evidence = {evidence("key", Decimal::from_double(key), "encoded level"),
                         evidence("95th percentile of luma", a.luma.p95, "encoded level"),
                         evidence("share of clipped highlights", a.clipped_high_share, "fraction")};
    const double ev = std::clamp(kExposureDamping * gate.confidence * wanted_ev(key), -kMaxDarken,
                                 is_night(a) ? kMaxBrightenNight : kMaxBrighten);
    if (std::fabs(ev) >= kTooSmallEv) {
        exposure.exposure_ev = Decimal::from_double(ev);
    } else if (gate.confidence > 0.0) {
        exposure.reason = "Left alone: what is missing is too little to see.";
    }
    return exposure;
}

// --------------------------------------------------------------------------------------- tone

constexpr double kLevelsDamping = 0.7;
constexpr double kMaxBlack = 0.12;
constexpr double kMaxWhiteCut = 0.25;
constexpr double kTooSmallLevel = 0.008;
/// Central spread (5th to 95th percentile, after levels) of a photograph with full contrast.
constexpr double kFullSpread = 0.78;
constexpr double kMaxContrast = 0.35;
constexpr double kTooSmallContrast = 0.03;

/// Smallest 1st and largest 99th percentile of the channels after light: no channel is cut harder.
struct Ends {
    double low, high;
};

Ends ends_after_light(const Analysis& a, const Recipe& so_far) {
    const double exposure = exp2_exact(so_far.exposure.exposure_ev.to_double());
    const WhiteBalance& wb = so_far.white_balance;
    const double gains[3] = {wb.red_gain.to_double() * exposure,
                             wb.green_gain.to_double() * exposure,
                             wb.blue_gain.to_double() * exposure};
    const Percentiles* channel[3] = {&a.red, &a.green, &a.blue};
    Ends ends = {1.0, 0.0};
    for (int c = 0; c < 3; ++c) {
        ends.low = std::min(ends.low, after_light(gains[c], channel[c]->p1.to_double()));
        ends.high = std::max(ends.high, after_light(gains[c], channel[c]->p99.to_double()));
    }
    return ends;
}

double wanted_contrast(const Analysis& a, const Recipe& so_far, double black, double white) {
    const double gain = exp2_exact(so_far.exposure.exposure_ev.to_double());
    const LevelsAndContrast levels = {.black = black, .white = white, .contrast = 0.0};
    const double low = apply_tone(levels, after_light(gain, a.luma.p5.to_double()));
    const double high = apply_tone(levels, after_light(gain, a.luma.p95.to_double()));
    return kMaxContrast * ramp(kFullSpread - (high - low), 0.0, 0.4);
}

Tone decide_tone(const Analysis& a, const Recipe& so_far) {
    Tone tone;
    const Ends ends = ends_after_light(a, so_far);
    tone.evidence = {
        evidence("lowest 1st percentile", Decimal::from_double(ends.low), "encoded level"),
        evidence("highest 99th percentile", Decimal::from_double(ends.high), "encoded level"),
        evidence("luma spread p5..p95",
                 Decimal::from_double(a.luma.p95.to_double() - a.luma.p5.to_double()),
                 "encoded level")};
    if (is_document(a)) {
        tone.reason = "Left alone: this looks like a page or a screenshot.";
        return tone;
    }
    if (ends.high - ends.low < 0.05) {
        tone.reason = "Left alone: there is nearly nothing in the picture to spread.";
        return tone;
    }
    // A very small range may be fog or a night sky: stretch it less than it asks for.
    const double confidence = 0.4 + 0.6 * ramp(ends.high - ends.low, 0.25, 0.6);
    const double night = is_night(a) ? 0.3 : 1.0;
    const double black = std::min(kLevelsDamping * confidence * ends.low, kMaxBlack);
    const double cut =
        std::min(kLevelsDamping * confidence * night * (1.0 - ends.high), kMaxWhiteCut);
    if (black >= kTooSmallLevel) tone.black_point = Decimal::from_double(black);
    if (cut >= kTooSmallLevel) tone.white_point = Decimal::from_double(1.0 - cut);
    const double contrast =
        confidence * night *
        wanted_contrast(a, so_far, tone.black_point.to_double(), tone.white_point.to_double());
    if (contrast >= kTooSmallContrast) tone.contrast = Decimal::from_double(contrast);

    const bool levels =
        tone.black_point.ten_thousandths != 0 || tone.white_point.ten_thousandths != Decimal::kOne;
    const bool bends = tone.contrast.ten_thousandths != 0;
    tone.confidence = Decimal::from_double(confidence);
    tone.reason = levels ? (bends ? "Uses the full range and adds contrast: the picture is flat."
                                  : "Uses the full range: black or white are missing.")
                         : (bends ? "Adds contrast: the mid-tones are flat."
                                  : "Left alone: range and contrast are good.");
    return tone;
}

// ----------------------------------------------------------------------------------- vibrance

/// Mean chroma of lively photographs; those above need nothing.
constexpr double kLivelyChroma = 0.24;
/// Below this the picture is toned or grey, and its faint colour is noise or intent.
constexpr double kFaintChroma = 0.02;
constexpr double kMaxVibrance = 0.35;

Vibrance decide_vibrance(const Analysis& a) {
    Vibrance vibrance;
    vibrance.evidence = {evidence("mean chroma", a.chroma_mean, "encoded level"),
                         evidence("95th percentile of chroma", a.chroma_p95, "encoded level")};
    const double chroma = a.chroma_mean.to_double();
    if (a.monochrome) {
        vibrance.reason = "Left alone: the image has no colour.";
    } else if (is_document(a)) {
        vibrance.reason = "Left alone: this looks like a page or a screenshot.";
    } else if (chroma < kFaintChroma) {
        vibrance.reason = "Left alone: the picture is nearly grey, which may be meant.";
    } else if (chroma >= kLivelyChroma) {
        vibrance.reason = "Left alone: the colours are strong already.";
    } else {
        const double confidence = ramp(chroma, kFaintChroma, 0.07) *
                                  (1.0 - ramp(a.chroma_p95.to_double(), 0.6, 0.9)) *
                                  (1.0 - ramp(a.noise_sigma.to_double(), 0.015, 0.05));
        const double amount = kMaxVibrance * confidence * (1.0 - chroma / kLivelyChroma);
        vibrance.confidence = Decimal::from_double(confidence);
        if (amount >= 0.02) {
            vibrance.vibrance = Decimal::from_double(amount);
            vibrance.reason = "Strengthens muted colours.";
        } else {
            vibrance.reason = "Left alone: what is missing is too little to see.";
        }
    }
    return vibrance;
}

// ------------------------------------------------------------------------------------ sharpen

constexpr double kSharpenAmount = 0.6;
constexpr double kOvershoot = 0.02;
/// Noise (encoded luma) that sharpening would make plain to see.
constexpr double kNoiseVisible = 0.008;
constexpr double kNoiseTooMuch = 0.030;

Sharpen decide_sharpen(const Analysis& a) {
    Sharpen sharpen;
    const double noise = a.noise_sigma.to_double();
    const double width = a.edge_width_px.to_double();
    sharpen.evidence = {evidence("mean width of edges", a.edge_width_px, "pixels"),
                        evidence("noise", a.noise_sigma, "encoded luma")};
    if (is_document(a)) {
        sharpen.reason = "Left alone: this looks like a page or a screenshot.";
        return sharpen;
    }
    if (width == 0.0) {
        sharpen.reason = "Left alone: there are too few edges to judge by.";
        return sharpen;
    }
    const double clean = 1.0 - ramp(noise, kNoiseVisible, kNoiseTooMuch);
    // Edges of 2 px are as sharp as a sampled picture gets; beyond 8 px focus is lost for good.
    const double soft = ramp(width, 2.0, 3.5) * (1.0 - 0.7 * ramp(width, 6.0, 10.0));
    const double confidence = clean * soft;
    sharpen.confidence = Decimal::from_double(confidence);
    if (kSharpenAmount * confidence < 0.05) {
        sharpen.reason = clean < 0.1 ? "Left alone: sharpening would bring out the noise."
                                     : "Left alone: the edges are sharp already.";
        return sharpen;
    }
    sharpen.amount = Decimal::from_double(kSharpenAmount * confidence);
    sharpen.radius_px = Decimal::from_double(std::clamp(width / 4.0, 0.6, 1.6));
    // Coring at three times the noise keeps flat areas as they are.
    sharpen.threshold = Decimal::from_double(std::clamp(3.0 * noise, 0.006, 0.03));
    sharpen.overshoot = Decimal::from_double(kOvershoot);
    sharpen.reason = "Sharpens edges that are softer than they could be.";
    return sharpen;
}

}  // namespace

Recipe decide(const Analysis& analysis) {
    Recipe recipe;
    recipe.white_balance = decide_white_balance(analysis);
    recipe.exposure = decide_exposure(analysis);
    recipe.tone = decide_tone(analysis, recipe);
    recipe.vibrance = decide_vibrance(analysis);
    recipe.sharpen = decide_sharpen(analysis);
    return recipe;
}

}  // namespace limpid
