#include "limpid/preview.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "analyse/measure.hpp"
#include "limpid/codec.hpp"
#include "pipeline/apply_recipe.hpp"
#include "pipeline/canvas.hpp"
#include "pipeline/memory_budget.hpp"

namespace limpid {
namespace {

template <class Failed>
std::unexpected<Error> failure_of(Failed& result) {
    return std::unexpected<Error>(result.error());
}

/// radius_px's minimum in recipe.def.
constexpr double kMinRadiusPx = 0.3;

Decimal times(Decimal value, double factor) {
    return Decimal::from_double(value.to_double() * factor);
}

/// The mask's gain at frequency f is amount (1 - exp(-2 (pi r f)^2)), which for small r grows with
/// its square: so a radius that cannot be had is paid for with the amount.
void scale_sharpen(Sharpen& sharpen, double scale) {
    const double radius = sharpen.radius_px.to_double() * scale;
    if (radius >= kMinRadiusPx) {
        sharpen.radius_px = Decimal::from_double(radius);
        return;
    }
    const double share = radius / kMinRadiusPx;
    sharpen.radius_px = Decimal::from_double(kMinRadiusPx);
    sharpen.amount = times(sharpen.amount, share * share);
}

Result<Image> shrunk(const ImageView& pixels, int max_side_px, const RunOptions& run) {
    constexpr int kLeastSide = 16, kMostSide = 16384;
    if (max_side_px < kLeastSide || max_side_px > kMostSide) {
        return fail(ErrorCode::argument_invalid,
                    "max_side_px is " + std::to_string(max_side_px) + "; it is 16 to 16384");
    }
    return resize(pixels, {.width_px = max_side_px, .height_px = max_side_px, .enlarge = false},
                  run);
}

/// `small` rendered by what `recipe` asks of the picture of `full_size` whose proxy is `proxy`.
Result<Image> render_small(const Image& small, const Recipe& recipe, ImageSize full_size,
                           const analysis::Proxy& proxy, const RunOptions& run) {
    const ImageView pixels = small.view();
    const ImageSize size = {pixels.width_px, pixels.height_px};
    pipeline::MemoryBudget budget(UINT64_MAX);
    pipeline::Canvas canvas(pixels, budget);
    auto changed =
        pipeline::apply_recipe(canvas, recipe_for_size(recipe, full_size, size),
                               {.size = size, .format = pixels.format}, {&proxy, full_size}, run);
    if (!changed) return failure_of(changed);
    return canvas.take();
}

}  // namespace

Recipe recipe_for_size(Recipe recipe, ImageSize original, ImageSize resized) {
    const int before = std::max(original.width_px, original.height_px);
    const int after = std::max(resized.width_px, resized.height_px);
    if (after >= before || after < 1) return recipe;
    const double scale = static_cast<double>(after) / before;
    scale_sharpen(recipe.sharpen, scale);
    recipe.denoise.luma_sigma = times(recipe.denoise.luma_sigma, scale);
    recipe.denoise.chroma_sigma = times(recipe.denoise.chroma_sigma, scale);
    recipe.deblock.amount = Decimal{};
    return recipe;
}

/// The full picture's numbers are not repeated for every rendering.
struct PreviewSession::Proxy {
    analysis::Proxy proxy;
};

PreviewSession::PreviewSession() = default;
PreviewSession::PreviewSession(PreviewSession&&) noexcept = default;
PreviewSession& PreviewSession::operator=(PreviewSession&&) noexcept = default;
PreviewSession::~PreviewSession() = default;

Result<PreviewSession> PreviewSession::create(const ImageView& pixels, int max_side_px,
                                              const RunOptions& run, int jpeg_quality) {
    auto measured = analysis::measure(pixels, run, jpeg_quality);
    if (!measured) return failure_of(measured);
    Result<Image> small = shrunk(pixels, max_side_px, run);
    if (!small) return failure_of(small);
    PreviewSession session;
    session.pixels_ = std::move(*small);
    session.full_size_ = {pixels.width_px, pixels.height_px};
    session.recipe_ = decide(measured->analysis);
    session.analysis_ = std::move(measured->analysis);
    session.proxy_ = std::make_unique<Proxy>(std::move(measured->proxy));
    return session;
}

Result<PreviewSession> PreviewSession::create(std::span<const std::byte> encoded, int max_side_px,
                                              const Limits& limits, const RunOptions& run) {
    Result<DecodedImage> decoded = decode(encoded, limits, run);
    if (!decoded) return failure_of(decoded);
    auto session =
        create(std::as_const(decoded->pixels).view(), max_side_px, run, decoded->info.jpeg_quality);
    if (session) session->info_ = decoded->info;
    return session;
}

Result<Recipe> PreviewSession::recipe(Preset preset, Decimal strength) const {
    return scaled(apply_preset(recipe_, preset), strength);
}

Result<Image> PreviewSession::render(const Recipe& recipe, const RunOptions& run) const {
    if (Status valid = validate(recipe); !valid) return std::unexpected(std::move(valid).error());
    return render_small(pixels_, recipe, full_size_, proxy_->proxy, run);
}

Result<Image> make_preview(const ImageView& pixels, const Recipe& recipe, int max_side_px,
                           const RunOptions& run) {
    if (Status valid = validate(recipe); !valid) return std::unexpected(std::move(valid).error());
    Result<Image> small = shrunk(pixels, max_side_px, run);
    if (!small) return small;
    const auto proxy = analysis::make_proxy(pixels, run);
    if (!proxy) return failure_of(proxy);
    return render_small(*small, recipe, {pixels.width_px, pixels.height_px}, *proxy, run);
}

}  // namespace limpid
