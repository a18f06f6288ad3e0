#include <algorithm>
#include <string>

#include "recipe/decide.hpp"
#include "recipe/scene_rules.hpp"

namespace limpid::recipe {
namespace {

/// libjpeg's own default; blocks and ringing are seen below it.
constexpr int kCleanQuality = 75;
constexpr int kWorstQuality = 30;

/// Noise (of full scale) that is seen at full size, 2 of 255. Chroma noise R - G of white noise is
/// twice that of luma, and coarser noise is counted double: it is seen at about twice the number.
constexpr double kNoiseVisible = 0.008;
constexpr double kChromaNoiseVisible = 0.012;
/// Of the noise that is seen. Full removal also takes what texture the estimate counts as noise:
/// it is right to 10 % from twice the visible on (make quality).
constexpr double kNoiseDamping = 0.85;
/// What the recipe can hold.
constexpr double kMaxSigma = 0.2;

constexpr double kSharpenAmount = 0.6;
constexpr double kOvershoot = 0.02;
/// Noise that sharpening would make too plain to see.
constexpr double kNoiseTooMuch = 0.030;

/// Empty where nothing is removed.
std::string reason_of(const Denoise& denoise, bool brought_out) {
    const bool grain = denoise.luma_sigma != Decimal{};
    const bool specks = denoise.chroma_sigma != Decimal{};
    if (!grain && !specks) return {};
    const std::string what = grain && specks ? "noise" : grain ? "grain" : "coloured specks";
    return "Removes " + what +
           (brought_out ? " that brighter shadows would show." : " seen in flat areas.");
}

}  // namespace

Deblock decide_deblock(const Analysis& a) {
    Deblock deblock;
    deblock.evidence = {evidence(
        "JPEG quality", Decimal::from_double(static_cast<double>(a.jpeg_quality)), "1 to 100")};
    if (a.jpeg_quality == 0) {
        deblock.reason = "Left alone: this is no JPEG, or its quality is unknown.";
    } else if (a.jpeg_quality >= kCleanQuality) {
        deblock.reason = "Left alone: the compression is too light to see.";
    } else if (a.scene == SceneClass::graphic) {
        deblock.reason = left_alone(a.scene);
    } else {
        const double strength =
            0.4 + 0.6 * ramp(kCleanQuality - a.jpeg_quality, 0.0, kCleanQuality - kWorstQuality);
        deblock.amount = Decimal::from_double(strength);
        deblock.quality = Decimal::from_double(static_cast<double>(a.jpeg_quality));
        deblock.confidence = Decimal::from_double(strength);
        deblock.reason = "Smooths the blocks and ringing of strong compression.";
    }
    return deblock;
}

Denoise decide_denoise(const Analysis& a, const Recipe& so_far) {
    Denoise denoise;
    const double stretch = stretch_of_shadows(a, so_far);
    denoise.evidence = {evidence("noise of luma", a.noise_sigma, "level"),
                        evidence("noise of chroma", a.chroma_noise_sigma, "level"),
                        evidence("stretch of dark parts", Decimal::from_double(stretch), "ratio")};
    if (a.scene == SceneClass::graphic || a.scene == SceneClass::document) {
        denoise.reason = left_alone(a.scene);
        return denoise;
    }
    const double luma = sure_noise(a);
    const double chroma = a.chroma_noise_sigma.to_double();
    const double luma_sure = ramp(stretch * luma, kNoiseVisible, 1.5 * kNoiseVisible);
    const double chroma_sure =
        ramp(stretch * chroma, kChromaNoiseVisible, 1.5 * kChromaNoiseVisible);
    const auto sigma = [](double sure, double noise) {
        return Decimal::from_double(std::min(kNoiseDamping * sure * noise, kMaxSigma));
    };
    denoise.luma_sigma = sigma(luma_sure, luma);
    denoise.chroma_sigma = sigma(chroma_sure, chroma);
    denoise.confidence = Decimal::from_double(std::max(luma_sure, chroma_sure));
    denoise.reason = reason_of(denoise, luma < kNoiseVisible && chroma < kChromaNoiseVisible);
    if (denoise.reason.empty()) {
        denoise.reason = luma < kNoiseVisible && a.noise_sigma.to_double() >= kNoiseVisible
                             ? "Left alone: what looks like noise has no colour, so it is texture."
                             : "Left alone: the noise is too weak to see.";
    }
    return denoise;
}

Sharpen decide_sharpen(const Analysis& a, const Recipe& so_far) {
    Sharpen sharpen;
    // It comes after light and tone.
    const double noise = stretch_of_shadows(a, so_far) * sure_noise(a);
    const double width = a.edge_width_px.to_double();
    sharpen.evidence = {evidence("mean width of edges", a.edge_width_px, "pixels"),
                        evidence("noise", a.noise_sigma, "level")};
    const double allowed = rule_of(a.scene).sharpen;
    if (allowed == 0.0) {
        sharpen.reason = left_alone(a.scene);
        return sharpen;
    }
    if (width == 0.0) {
        sharpen.reason = "Left alone: there are too few edges to judge by.";
        return sharpen;
    }
    const double clean = 1.0 - ramp(noise, kNoiseVisible, kNoiseTooMuch);
    // Edges of 2 px are as sharp as a sampled picture gets; beyond 8 px focus is lost for good.
    const double soft = ramp(width, 2.0, 3.5) * (1.0 - 0.7 * ramp(width, 6.0, 10.0));
    const double confidence = allowed * clean * soft;
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
    sharpen.reason =
        held_back("Sharpens edges that are softer than they could be.", allowed, a.scene);
    return sharpen;
}

}  // namespace limpid::recipe
