#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/colour.hpp"
#include "kernels/denoise.hpp"
#include "kernels/kernels.hpp"
#include "limpid/error.hpp"
#include "limpid/image.hpp"
#include "limpid/lut.hpp"
#include "limpid/recipe.hpp"
#include "limpid/resize.hpp"
#include "pipeline/local_grid.hpp"
#include "pipeline/lut_stage.hpp"
#include "pipeline/resize_stage.hpp"

namespace limpid::pipeline {

/// What a render does beside the recipe. Borrowed for as long as the plan lives.
struct RenderRequest {
    ImageSize size;
    PixelFormat format = PixelFormat::rgb8;
    const Lut* lut = nullptr;
    Decimal lut_strength{Decimal::kOne};
    std::optional<Resize> resize{};
    Limits limits{};
};

/// The fused colour pass: kernels::ColourParams that owns what those borrow.
struct ColourPlan {
    std::vector<std::uint16_t> tables;
    int vibrance_q15 = 0;
    int skin_protection_q15 = 0;
    kernels::MemoryColourParams memory_colours;
    double dehaze_amount = 0;
    std::optional<kernels::HazeParams> haze;
    std::optional<kernels::LocalToneParams> local_tone;
    /// Made by add_local_grid() where needs_grid().
    LocalGridData grid;

    [[nodiscard]] bool needs_grid() const noexcept { return haze || local_tone; }
};

/// A recipe as the kernels take it: tables and integers for one pixel format and size. A stage that
/// would change nothing is absent, and costs nothing.
struct RenderPlan {
    std::optional<kernels::DenoiseParams> denoise;
    std::optional<ColourPlan> colour;
    std::optional<LutPlan> lut;
    std::optional<ResizePlan> resize;
    std::optional<kernels::UnsharpParams> unsharp;

    [[nodiscard]] bool is_identity() const noexcept {
        return !denoise && !colour && !lut && !resize && !unsharp;
    }
    /// It decides where to lighten by looking at the whole image: add_local_grid() comes first.
    [[nodiscard]] bool needs_proxy() const noexcept { return colour && colour->needs_grid(); }
};

/// @param recipe  valid (validate()).
/// @return lut.malformed | lut.out_of_range | resize.out_of_range | image.too_large.
[[nodiscard]] Result<RenderPlan> make_render_plan(const Recipe& recipe,
                                                  const RenderRequest& request);

/// Decide on the proxy what needs_proxy() asks for.
/// @param size  of the image to render, which may be another size of the proxy's picture.
void add_local_grid(RenderPlan& plan, const ProxySource& source, PixelFormat format,
                    ImageSize size);

}  // namespace limpid::pipeline
