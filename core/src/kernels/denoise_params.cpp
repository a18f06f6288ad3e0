#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "kernels/denoise.hpp"

namespace limpid::kernels {
namespace {

/// Hard threshold in standard deviations, that of BM3D's first pass (Dabov et al., IEEE TIP 16(8),
/// 2007).
constexpr double kNoiseThreshold = 2.7;

/// Share of the noise's power that the second pass takes away: less than all, for the pilot lacks a
/// little of the signal. Best of {0.71, 0.83, 1, 1.25, 1.67} at noise of 15 on seven details of
/// Kodak photos, 256 x 224: 0.01 dB more than 1 there, 0.03 dB at 25 and 0.04 dB at 50.
constexpr double kNoisePower = 0.83;

/// The error of a quantised coefficient is even over the step where the coefficient is large, but
/// most are rounded to 0 and their error is themselves, smaller than q / sqrt(12): hence a
/// threshold and a power below those of white noise. Best of {0.7, 1, 1.4, 1.8} x {0.25, 0.5} for
/// luma PSNR at qualities 10, 20, 40 and 80 on four Kodak photos (3, 8, 13, 20); 0.7 is the edge of
/// that grid.
constexpr double kArtefactThreshold = 0.7;
constexpr double kArtefactPower = 0.5;

/// Coring of the fine structure of chroma, in standard deviations of its noise.
constexpr double kCoring = 2.0;

/// Steps of a plane in an 8-bit step.
constexpr double kLumaSteps = 16;
constexpr double kChromaSteps = 8;

using Quantisation = std::array<int, 64>;

/// ITU-T T.81 Annex K, tables K.1 and K.2; rows are v.
constexpr Quantisation kLumaQuantisation = {
    16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr Quantisation kChromaQuantisation = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99,
    99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

/// The table of `quality`, as libjpeg's jpeg_quality_scaling() and jpeg_add_quant_table() make it.
double quantiser_step(const Quantisation& base, std::size_t index, double quality) {
    const double percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    return std::clamp(std::floor((base[index] * percent + 50) / 100), 1.0, 255.0);
}

/// What sqrt(2) for u or v in {0, 1, 4, 7} makes of a power.
double power_scale(std::size_t u, std::size_t v) {
    const auto scale = [](std::size_t k) {
        return k == 0 || k == 1 || k == 4 || k == 7 ? 2.0 : 1.0;
    };
    return scale(u) * scale(v);
}

/// One plane's noise, in its own steps.
struct PlaneLevels {
    double sigma = 0;
    double artefact_share = 0;
    /// Power of a quantisation step of 1, in the plane.
    double step_power = 0;
    const Quantisation& quantisation;
    double jpeg_quality = 100;
};

ShrinkTable shrink_table(const PlaneLevels& levels) {
    ShrinkTable table;
    if (levels.sigma <= 0 && levels.artefact_share <= 0) return table;
    for (std::size_t u = 0; u < 8; ++u) {
        for (std::size_t v = 0; v < 8; ++v) {
            if (u == 0 && v == 0) continue;  // the mean of a block stays
            const double q = quantiser_step(levels.quantisation, 8 * v + u, levels.jpeg_quality);
            const double artefact = levels.artefact_share * q * q / 12 * levels.step_power;
            const double noise = levels.sigma * levels.sigma;
            const double threshold =
                std::sqrt((kNoiseThreshold * kNoiseThreshold * noise +
                           kArtefactThreshold * kArtefactThreshold * artefact) *
                          power_scale(u, v));
            const double variance =
                (kNoisePower * noise + kArtefactPower * artefact) * power_scale(u, v);
            table.threshold[8 * u + v] =
                static_cast<std::int16_t>(std::min(std::floor(threshold + 0.5), 32767.0));
            table.variance[8 * u + v] = static_cast<std::int32_t>(
                std::min(std::floor(variance + 0.5), static_cast<double>(kMaxNoiseVariance)));
        }
    }
    return table;
}

Status check_level(double value, double least, double most, const char* what) {
    if (value >= least && value <= most) return {};
    return fail(ErrorCode::argument_invalid, std::string(what) + " is out of range");
}

}  // namespace

Result<DenoiseParams> make_denoise_params(const DenoiseLevels& levels, PixelFormat format) {
    constexpr double kMaxSigma = 0.2;
    for (Status status : {check_level(levels.luma_sigma, 0, kMaxSigma, "luma_sigma"),
                          check_level(levels.chroma_sigma, 0, kMaxSigma, "chroma_sigma"),
                          check_level(levels.deblock_amount, 0, 1, "deblock_amount"),
                          check_level(levels.jpeg_quality, 1, 100, "jpeg_quality")}) {
        if (!status) return std::unexpected(std::move(status).error());
    }
    DenoiseParams params;
    params.luma = shrink_table({.sigma = levels.luma_sigma * 255 * kLumaSteps,
                                .artefact_share = levels.deblock_amount,
                                .step_power = kLumaSteps * kLumaSteps,
                                .quantisation = kLumaQuantisation,
                                .jpeg_quality = levels.jpeg_quality});
    if (channels(format) == 1) return params;
    // R - G = 2.116 Cr + 0.344 Cb and B - G = 2.116 Cb + 0.714 Cr in JFIF; the mean of both powers.
    constexpr double kDifferencePower = 4.79;
    params.chroma = shrink_table({.sigma = levels.chroma_sigma * 255 * kChromaSteps / 2,
                                  .artefact_share = levels.deblock_amount,
                                  .step_power = kChromaSteps * kChromaSteps * kDifferencePower,
                                  .quantisation = kChromaQuantisation,
                                  .jpeg_quality = levels.jpeg_quality});
    params.chroma_coring = std::min(
        static_cast<int>(kCoring * levels.chroma_sigma * 255 * kChromaSteps + 0.5), kMaxCoring);
    return params;
}

}  // namespace limpid::kernels
