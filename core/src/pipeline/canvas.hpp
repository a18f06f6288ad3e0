#pragma once

#include "limpid/image.hpp"
#include "pipeline/memory_budget.hpp"

namespace limpid::pipeline {

/// The pixels on their way through the passes of a render: every pass reads one image and writes
/// another, and the two change roles. No more than two images are ever owned.
class Canvas {
public:
    /// Begin with pixels that stay the caller's; they are never written.
    Canvas(const ImageView& borrowed, MemoryBudget& budget) noexcept
        : pixels_(borrowed), budget_(&budget) {}
    /// Begin with pixels that may be overwritten once a pass has read them; they are counted
    /// already.
    Canvas(Image owned, MemoryBudget& budget) noexcept;

    [[nodiscard]] const ImageView& pixels() const noexcept { return pixels_; }
    [[nodiscard]] MemoryBudget& budget() const noexcept { return *budget_; }

    /// Where the next pass writes. @return memory.exhausted.
    [[nodiscard]] Result<MutableImageView> next(PixelFormat format, int width_px, int height_px);
    /// The pass is done: what next() gave is now pixels().
    void advance() noexcept;

    /// The result, as an image of its own. @return memory.exhausted when it is still borrowed.
    [[nodiscard]] Result<Image> take();

private:
    void drop(Image& image) noexcept;

    ImageView pixels_;
    Image current_;  // empty while borrowed
    Image other_;
    MemoryBudget* budget_;
};

}  // namespace limpid::pipeline
