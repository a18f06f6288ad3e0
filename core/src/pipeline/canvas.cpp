#include "pipeline/canvas.hpp"

#include <algorithm>
#include <utility>

namespace limpid::pipeline {
namespace {

std::uint64_t bytes_of(PixelFormat format, int width_px, int height_px) {
    return std::uint64_t{static_cast<unsigned>(bytes_per_pixel(format))} *
           static_cast<unsigned>(width_px) * static_cast<unsigned>(height_px);
}

bool has_shape(const Image& image, PixelFormat format, int width_px, int height_px) {
    return !image.empty() && image.format() == format && image.width_px() == width_px &&
           image.height_px() == height_px;
}

}  // namespace

Canvas::Canvas(Image owned, MemoryBudget& budget) noexcept
    : current_(std::move(owned)), budget_(&budget) {
    pixels_ = std::as_const(current_).view();
}

Result<MutableImageView> Canvas::next(PixelFormat format, int width_px, int height_px) {
    if (has_shape(other_, format, width_px, height_px)) return other_.view();
    drop(other_);
    const std::uint64_t bytes = bytes_of(format, width_px, height_px);
    if (Status held = budget_->hold(bytes); !held) return std::unexpected(std::move(held).error());
    Result<Image> image = Image::create_for_overwrite(format, width_px, height_px);
    if (!image) {
        budget_->release(bytes);
        return std::unexpected(std::move(image).error());
    }
    other_ = std::move(*image);
    return other_.view();
}

void Canvas::advance() noexcept {
    std::swap(current_, other_);
    pixels_ = std::as_const(current_).view();
}

Result<Image> Canvas::take() {
    drop(other_);
    if (!current_.empty()) return std::move(current_);
    Result<MutableImageView> copy = next(pixels_.format, pixels_.width_px, pixels_.height_px);
    if (!copy) return std::unexpected(std::move(copy).error());
    for (int y = 0; y < pixels_.height_px; ++y) {
        std::copy_n(pixels_.row(y), pixels_.row_bytes(), copy->row(y));
    }
    return std::move(other_);
}

void Canvas::drop(Image& image) noexcept {
    if (image.empty()) return;
    budget_->release(bytes_of(image.format(), image.width_px(), image.height_px()));
    image = Image();
}

}  // namespace limpid::pipeline
