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

/// What happens to one channel before tone, gains in linear light.
struct ChannelLight {
    double white_balance = 1;
    double exposure = 1;

    friend bool operator==(const ChannelLight&, const ChannelLight&) = default;

    [[nodiscard]] double apply(double encoded) const {
        if (*this == ChannelLight{}) return encoded;
        const double balanced = apply_white_balance(white_balance, srgb_to_linear(encoded));
        return linear_to_srgb(apply_exposure(exposure, balanced));
    }
};

struct ColourCurve {
    std::array<double, 3> white_balance{1, 1, 1};
    double exposure = 1;
    LevelsAndContrast tone;

    [[nodiscard]] bool has_light() const {
        return white_balance != std::array<double, 3>{1, 1, 1} || exposure != 1.0;
    }
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
    curve.white_balance = {effective(wb, wb.red_gain, 1.0), effective(wb, wb.green_gain, 1.0),
                           effective(wb, wb.blue_gain, 1.0)};
    curve.exposure = exp2_exact(effective(recipe.exposure, recipe.exposure.exposure_ev, 0.0));
    const Tone& tone = recipe.tone;
    curve.tone = {.black = effective(tone, tone.black_point, 0.0),
                  .white = effective(tone, tone.white_point, 1.0),
                  .contrast = effective(tone, tone.contrast, 0.0)};
    return curve;
}

/// Fill one table: entry i is the corrected level of sample i, 0..scale.
void fill_table(std::span<std::uint16_t> table, const ChannelLight& light,
                const LevelsAndContrast& tone, int scale) {
    const auto last = static_cast<double>(table.size() - 1);
    for (std::size_t i = 0; i < table.size(); ++i) {
        const double level = apply_tone(tone, light.apply(static_cast<double>(i) / last));
        table[i] = static_cast<std::uint16_t>(level * scale + 0.5);
    }
}

std::vector<std::uint16_t> make_tables(const ColourCurve& curve, PixelFormat format) {
    const bool wide = bytes_per_sample(format) == 2;
    const std::size_t entries = wide ? 65536 : 256;
    const int scale = wide ? kernels::kColourScale16 : kernels::kColourScale8;
    if (channels(format) == 1) {
        std::vector<std::uint16_t> table(entries);
        fill_table(table, {luminance(curve.white_balance), curve.exposure}, curve.tone, scale);
        return table;
    }
    std::vector<std::uint16_t> tables(3 * entries);
    const std::array<double, 3>& gains = curve.white_balance;
    for (std::size_t c = 0; c < 3; ++c) {
        const std::span table = std::span(tables).subspan(c * entries, entries);
        if (c > 0 && gains[c] == gains[c - 1]) {
            std::ranges::copy(std::span(tables).subspan((c - 1) * entries, entries), table.begin());
        } else {
            fill_table(table, {gains[c], curve.exposure}, curve.tone, scale);
        }
    }
    return tables;
}

int rounded(double value) { return static_cast<int>(value + (value < 0 ? -0.5 : 0.5)); }

int q15(double share) { return rounded(share * kernels::kOneQ15); }

std::optional<kernels::UnsharpParams> make_unsharp(const Sharpen& sharpen, PixelFormat format) {
    const int amount_q12 = rounded(effective(sharpen, sharpen.amount, 0.0) * 4096.0);
    // Within the range of recipe.def the weights cannot fail.
    const auto weights = kernels::gaussian_weights(sharpen.radius_px.to_double());
    if (amount_q12 == 0 || !weights) return std::nullopt;
    // Full scale of the kernel's luma: 255 with 8 fraction bits, or 16 bits.
    const double full_scale = bytes_per_sample(format) == 2 ? 65535.0 : 255.0 * 256.0;
    return kernels::UnsharpParams{
        .weights = *weights,
        .threshold = rounded(sharpen.threshold.to_double() * full_scale),
        .overshoot = rounded(sharpen.overshoot.to_double() * full_scale),
        .amount_q12 = amount_q12,
    };
}

Result<std::optional<kernels::DenoiseParams>> make_denoise(const Recipe& recipe,
                                                           PixelFormat format) {
    const kernels::DenoiseLevels levels = {
        .luma_sigma = effective(recipe.denoise, recipe.denoise.luma_sigma, 0.0),
        .chroma_sigma = channels(format) == 1
                            ? 0.0
                            : effective(recipe.denoise, recipe.denoise.chroma_sigma, 0.0),
        .deblock_amount = effective(recipe.deblock, recipe.deblock.amount, 0.0),
        .jpeg_quality = recipe.deblock.quality.to_double(),
    };
    if (levels.luma_sigma == 0.0 && levels.chroma_sigma == 0.0 && levels.deblock_amount == 0.0) {
        return std::nullopt;
    }
    auto params = kernels::make_denoise_params(levels, format);
    if (!params) return std::unexpected(std::move(params).error());
    return *params;
}

/// Positive amounts reach as far as the kernel stays monotone, and so do negative ones.
int tone_q14(double amount) {
    return rounded(amount * (amount < 0 ? -kernels::kMinToneQ14 : kernels::kMaxToneQ14));
}

std::optional<kernels::LocalToneParams> make_local_tone(const Recipe& recipe) {
    const ShadowsHighlights& tone = recipe.shadows_highlights;
    const LocalContrast& contrast = recipe.local_contrast;
    const kernels::LocalToneParams params = {
        .shadows_q14 = tone_q14(effective(tone, tone.shadows, 0.0)),
        .highlights_q14 = tone_q14(effective(tone, tone.highlights, 0.0)),
        .local_contrast_q15 = q15(effective(contrast, contrast.amount, 0.0)),
    };
    if (params.shadows_q14 == 0 && params.highlights_q14 == 0 && params.local_contrast_q15 == 0) {
        return std::nullopt;
    }
    return params;
}

kernels::MemoryColourParams make_memory_colours(const MemoryColours& colours) {
    return {.skin_q15 = q15(effective(colours, colours.skin, 0.0)),
            .sky_q15 = q15(effective(colours, colours.sky, 0.0)),
            .foliage_q15 = q15(effective(colours, colours.foliage, 0.0))};
}

std::optional<ColourPlan> make_colour(const Recipe& recipe, PixelFormat format) {
    ColourPlan plan;
    const ColourCurve curve = make_curve(recipe);
    const bool has_chroma = channels(format) > 1;
    if (has_chroma) {
        plan.vibrance_q15 = q15(effective(recipe.vibrance, recipe.vibrance.vibrance, 0.0));
        plan.skin_protection_q15 = q15(recipe.vibrance.skin_protection.to_double());
        plan.memory_colours = make_memory_colours(recipe.memory_colours);
    }
    plan.local_tone = make_local_tone(recipe);
    plan.dehaze_amount = effective(recipe.dehaze, recipe.dehaze.amount, 0.0);
    const kernels::MemoryColourParams& colours = plan.memory_colours;
    const bool has_colours = plan.vibrance_q15 != 0 || colours.skin_q15 != 0 ||
                             colours.sky_q15 != 0 || colours.foliage_q15 != 0;
    if (!curve.has_light() && !curve.has_tone() && !has_colours && !plan.local_tone &&
        plan.dehaze_amount == 0.0) {
        return std::nullopt;
    }
    plan.tables = make_tables(curve, format);
    if (plan.dehaze_amount != 0.0) {
        plan.haze = airlight_after_tables(recipe.dehaze, plan.tables, format);
    }
    return plan;
}

/// The table and the new size, where there is something to do.
Status add_options(const RenderRequest& request, RenderPlan& plan) {
    if (request.lut != nullptr) {
        auto lut = make_lut_plan(*request.lut, request.lut_strength, request.format);
        if (!lut) return std::unexpected(std::move(lut).error());
        if (!lut->is_identity) plan.lut = std::move(*lut);
    }
    if (request.resize) {
        auto resize = make_resize_plan(request.size, *request.resize, request.limits);
        if (!resize) return std::unexpected(std::move(resize).error());
        if (!resize->is_identity) plan.resize = std::move(*resize);
    }
    return {};
}

}  // namespace

Result<RenderPlan> make_render_plan(const Recipe& recipe, const RenderRequest& request) {
    RenderPlan plan;
    auto denoise = make_denoise(recipe, request.format);
    if (!denoise) return std::unexpected(std::move(denoise).error());
    plan.denoise = std::move(*denoise);
    plan.colour = make_colour(recipe, request.format);
    plan.unsharp = make_unsharp(recipe.sharpen, request.format);
    Status added = add_options(request, plan);
    if (!added) return std::unexpected(std::move(added).error());
    return plan;
}

void add_local_grid(RenderPlan& plan, const ProxySource& source, PixelFormat format,
                    ImageSize size) {
    ColourPlan& colour = *plan.colour;
    colour.grid = make_local_grid(source,
                                  {.tables = colour.tables,
                                   .format = format,
                                   .haze = colour.haze,
                                   .haze_amount = colour.dehaze_amount},
                                  size.width_px, size.height_px);
}

}  // namespace limpid::pipeline
