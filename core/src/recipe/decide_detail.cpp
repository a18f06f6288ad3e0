#include <algorithm>
#include <string>

#include "recipe/decide.hpp"
#include "recipe/scene_rules.hpp"

namespace limpid::recipe {
namespace {

/// libjpeg's own default; blocks and ringing are seen below it.
constexpr int kCleanQuality = 75;
constexpr int kWorstQuality = 30;

/// Noise (of full scale) that is seen at full size, and what of it is removed: the rest hides what
/// the estimate gets wrong.
constexpr double kNoiseVisible = 0.008;
constexpr double kNoiseDamping = 0.7;
constexpr double kMaxSigma = 0.1;

constexpr double kSharpenAmount = 0.6;
constexpr double kOvershoot = 0.02;
/// Noise that sharpening would make too plain to see.
constexpr double kNoiseTooMuch = 0.030;

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

Denoise decide_denoise(const Analysis& a) {
    Denoise denoise;
    denoise.evidence = {evidence("noise", a.noise_sigma, "level"),
                        evidence("flat share", a.flat_share, "fraction")};
    const double noise = a.noise_sigma.to_double();
    if (a.scene == SceneClass::graphic || a.scene == SceneClass::document) {
        denoise.reason = left_alone(a.scene);
        return denoise;
    }
    if (noise < kNoiseVisible) {
        denoise.reason = "Left alone: the noise is too weak to see.";
        return denoise;
    }
    const double confidence = ramp(noise, kNoiseVisible, 2.0 * kNoiseVisible);
    const double sigma = std::min(kNoiseDamping * confidence * noise, kMaxSigma);
    denoise.confidence = Decimal::from_double(confidence);
    denoise.luma_sigma = denoise.chroma_sigma = Decimal::from_double(sigma);
    denoise.reason = sigma > 0.0 ? "Removes noise that is seen in flat areas." : kTooLittle;
    return denoise;
}

Sharpen decide_sharpen(const Analysis& a) {
    Sharpen sharpen;
    const double noise = a.noise_sigma.to_double();
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
