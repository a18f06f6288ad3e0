#include "cli/compared_photo.hpp"

#include <utility>

#include "limpid/analysis.hpp"
#include "limpid/codec.hpp"
#include "limpid/histogram.hpp"
#include "limpid/pipeline.hpp"

namespace limpid::cli {

Result<sheet::ComparedPhoto> compared_photo(std::span<const std::byte> encoded, std::string name,
                                            ImageSize picture, const std::optional<Recipe>& recipe,
                                            Decimal strength, const Limits& limits,
                                            const RunOptions& run) {
    const auto decoded = decode(encoded, limits, run);
    if (!decoded) return std::unexpected(decoded.error());
    const ImageView before = decoded->pixels.view();

    sheet::ComparedPhoto photo;
    photo.name = std::move(name);
    photo.size = {before.width_px, before.height_px};
    if (recipe) {
        photo.recipe = *recipe;
    } else {
        const auto analysis = analyse_pixels(before, run, decoded->info.jpeg_quality);
        if (!analysis) return std::unexpected(analysis.error());
        photo.recipe = decide(*analysis);
    }
    auto weakened = scaled(std::move(photo.recipe), strength);
    if (!weakened) return std::unexpected(weakened.error());
    photo.recipe = std::move(*weakened);
    const auto after = render(before, photo.recipe, run);
    if (!after) return std::unexpected(after.error());
    photo.histogram_before = histogram(before);
    photo.histogram_after = histogram(after->view());

    const Resize box = {.width_px = picture.width_px,
                        .height_px = picture.height_px,
                        .fit = Fit::inside,
                        .filter = ResizeFilter::lanczos3,
                        .enlarge = false};
    auto small_before = resize(before, box, run, limits);
    if (!small_before) return std::unexpected(small_before.error());
    auto small_after = resize(after->view(), box, run, limits);
    if (!small_after) return std::unexpected(small_after.error());
    photo.before = std::move(*small_before);
    photo.after = std::move(*small_after);
    return photo;
}

}  // namespace limpid::cli
