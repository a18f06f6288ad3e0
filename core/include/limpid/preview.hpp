#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "limpid/analysis.hpp"
#include "limpid/decimal.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/inspect.hpp"
#include "limpid/limits.hpp"
#include "limpid/preset.hpp"
#include "limpid/recipe.hpp"
#include "limpid/resize.hpp"
#include "limpid/run.hpp"

namespace limpid {

/// A recipe for an image that was resized: amounts in pixels and amounts that shrinking itself
/// changes are adapted, so that enhancing the small image looks like shrinking the enhanced one.
///
/// With s = the ratio of the longer sides: the radius of the sharpening becomes s times as large;
/// where that is less than the smallest radius (0.3 px), the amount falls with the square of what
/// is missing. Noise that averages away, sigma, becomes s times as large. Artefacts of JPEG blocks
/// are not there to be removed. Everything else is in units of the scene and stays.
/// @param original  size the recipe is for, sides of at least 1.
/// @param resized   no larger than `original`, or the recipe is returned as it is.
/// Thread-safe.
[[nodiscard]] LIMPID_API Recipe recipe_for_size(Recipe recipe, ImageSize original,
                                                ImageSize resized);

/// An image held small, to be rendered again and again while somebody chooses a recipe.
///
/// Holds the downscaled pixels and the analysis of the full image; so a rendering costs what the
/// small image costs. `render()` of a recipe is close to shrinking the full image enhanced by the
/// same recipe; docs/preview.md says how close, and what the rest is.
class LIMPID_API PreviewSession {
public:
    /// Analyse pixels and keep them at most `max_side_px` a side; smaller images are not enlarged.
    /// @param pixels        at least 1 x 1; borrowed for the call.
    /// @param jpeg_quality  as for analyse_pixels().
    /// @return argument.invalid when max_side_px is not 16..16384; resize.out_of_range when that is
    ///         less than 1/64 of a side; memory.exhausted | run.cancelled.
    [[nodiscard]] static Result<PreviewSession> create(const ImageView& pixels, int max_side_px,
                                                       const RunOptions& run = {},
                                                       int jpeg_quality = 0);
    /// The same for an encoded image. @return also the errors of decode().
    [[nodiscard]] static Result<PreviewSession> create(std::span<const std::byte> encoded,
                                                       int max_side_px, const Limits& limits = {},
                                                       const RunOptions& run = {});

    /// Of the full image, and the recipe it leads to.
    [[nodiscard]] const Analysis& analysis() const noexcept { return analysis_; }
    [[nodiscard]] const Recipe& recipe() const noexcept { return recipe_; }
    /// That recipe with a taste, every strength multiplied by `strength`, 0..1: what enhance()
    /// would decide with these options. @return argument.invalid.
    [[nodiscard]] Result<Recipe> recipe(Preset preset, Decimal strength) const;
    /// Of the file; absent when pixels were given.
    [[nodiscard]] const std::optional<ImageInfo>& info() const noexcept { return info_; }
    [[nodiscard]] ImageSize full_size() const noexcept { return full_size_; }
    /// The small image before any correction; borrowed from the session.
    [[nodiscard]] ImageView original() const noexcept { return pixels_.view(); }

    /// The small image, enhanced by `recipe`, which is one for the full image.
    /// @return recipe.out_of_range | memory.exhausted | run.cancelled. Thread-safe.
    [[nodiscard]] Result<Image> render(const Recipe& recipe, const RunOptions& run = {}) const;

    PreviewSession(PreviewSession&&) noexcept;
    PreviewSession& operator=(PreviewSession&&) noexcept;
    PreviewSession(const PreviewSession&) = delete;
    PreviewSession& operator=(const PreviewSession&) = delete;
    ~PreviewSession();

private:
    struct Proxy;
    PreviewSession();

    Image pixels_;
    ImageSize full_size_;
    std::optional<ImageInfo> info_;
    Analysis analysis_;
    Recipe recipe_;
    /// What local decisions are taken on.
    std::unique_ptr<Proxy> proxy_;
};

/// JSON object: analysis, full_width_px, full_height_px, info (of a file), recipe.
[[nodiscard]] LIMPID_API std::string to_json(const PreviewSession& session);

/// One preview: PreviewSession::create() and render(). @return their errors. Thread-safe.
[[nodiscard]] LIMPID_API Result<Image> make_preview(const ImageView& pixels, const Recipe& recipe,
                                                    int max_side_px, const RunOptions& run = {});

}  // namespace limpid
