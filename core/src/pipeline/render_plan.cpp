#include "pipeline/render_plan.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "base/exact_math.hpp"
#include "base/tone_curve.hpp"

namespace limpid::pipeline {
namespace {

/// `value` moved from `identity` by the correction's strength.
double effective(const Correction& correction, Decimal value, double identity) {
    return identity + (value.to_double() - identity) * correction.strength.to_double();
}

struct ColourCurve {
    std::array<double, 3> gains{1, 1, 1};  // linear light, exposure included
    LevelsAndContrast tone;

    [[nodiscard]] bool has_light() const { return gains != std::array<double, 3>{1, 1, 1}; }
    [[nodiscard]] bool has_tone() const {
        return tone.black != 0.0 || tone.white != 1.0 || tone.contrast != 0.0;
    }
};

/// Rec. 709 luminance, for grey images under a white balance.
double luminance(const std::array<double, 3>& rgb) {
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
}

ColourCurve make_curve(const Recipe& recipe) {
    ColourCurve curve;
    const WhiteBalance& wb = recipe.white_balance;
    const double exposure =
        exp2_exact(effective(recipe.exposure, recipe.exposure.exposure_ev, 0.0));
    curve.gains = {effective(wb, wb.red_gain, 1.0) * exposure,
                   effective(wb, wb.green_gain, 1.0) * exposure,
                   effective(wb, wb.blue_gain, 1.0) * exposure};
    const Tone& tone = recipe.tone;
    curve.tone = {.black = effective(tone, tone.black_point, 0.0),
                  .white = effective(tone, tone.white_point, 1.0),
                  .contrast = effective(tone, tone.contrast, 0.0)};
    return curve;
}

/// Fill one table: entry i is the corrected level of sample i, 0..scale.
void fill_table(std::span<std::uint16_t> table, double gain, const LevelsAndContrast& tone,
                int scale) {
    const auto last = static_cast<double>(table.size() - 1);
    for (std::size_t i = 0; i < table.size(); ++i) {
        double level = static_cast<double>(i) / last;
        if (gain != 1.0) level = linear_to_srgb(apply_light(gain, srgb_to_linear(level)));
        level = apply_tone(tone, level);
        table[i] = static_cast<std::uint16_t>(level * scale + 0.5);
    }
}

std::vector<std::uint16_t> make_tables(const ColourCurve& curve, PixelFormat format) {
    const bool wide = bytes_per_sample(format) == 2;
    const std::size_t entries = wide ? 65536 : 256;
    const int scale = wide ? kernels::kColourScale16 : kernels::kColourScale8;
    if (channels(format) == 1) {
        std::vector<std::uint16_t> table(entries);
        fill_table(table, luminance(curve.gains), curve.tone, scale);
        return table;
    }
    std::vector<std::uint16_t> tables(3 * entries);
    for (std::size_t c = 0; c < 3; ++c) {
        const std::span table = std::span(tables).subspan(c * entries, entries);
        if (c > 0 && curve.gains[c] == curve.gains[c - 1]) {
            std::ranges::copy(std::span(tables).subspan((c - 1) * entries, entries), table.begin());
        } else {
            fill_table(table, curve.gains[c], curve.tone, scale);
        }
    }
    return tables;
}

int rounded(double value) { return static_cast<int>(value + (value < 0 ? -0.5 : 0.5)); }

Result<kernels::UnsharpParams> make_unsharp(const Sharpen& sharpen, PixelFormat format) {
    auto weights = kernels::gaussian_weights(sharpen.radius_px.to_double());
    if (!weights) return std::unexpected(std::move(weights).error());
    // Full scale of the kernel's luma: 255 with 8 fraction bits, or 16 bits.
    const double full_scale = bytes_per_sample(format) == 2 ? 65535.0 : 255.0 * 256.0;
    return kernels::UnsharpParams{
        .weights = *weights,
        .threshold = rounded(sharpen.threshold.to_double() * full_scale),
        .overshoot = rounded(sharpen.overshoot.to_double() * full_scale),
        .amount_q12 = rounded(effective(sharpen, sharpen.amount, 0.0) * 4096.0),
    };
}

}  // namespace

Result<RenderPlan> make_render_plan(const Recipe& recipe, PixelFormat format) {
    RenderPlan plan;
    const ColourCurve curve = make_curve(recipe);
    const bool has_chroma = channels(format) > 1;
    plan.vibrance_q15 = has_chroma
                            ? rounded(effective(recipe.vibrance, recipe.vibrance.vibrance, 0.0) *
                                      kernels::kMaxVibranceQ15)
                            : 0;
    plan.has_colour = curve.has_light() || curve.has_tone() || plan.vibrance_q15 != 0;
    if (plan.has_colour) plan.colour_tables = make_tables(curve, format);

    auto unsharp = make_unsharp(recipe.sharpen, format);
    if (!unsharp) return std::unexpected(std::move(unsharp).error());
    plan.unsharp = *unsharp;
    plan.has_unsharp = plan.unsharp.amount_q12 != 0;
    return plan;
}

}  // namespace limpid::pipeline
