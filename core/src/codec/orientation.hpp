#pragma once

#include "codec/progress.hpp"
#include "limpid/image.hpp"

namespace limpid {

/// Turn an image upright: the inverse of what EXIF orientation 1..8 says was done to it.
/// 1..4 work in place; 5..8, which swap the sides, hold two images for a moment.
/// @return memory.exhausted | run.cancelled.
[[nodiscard]] Result<Image> apply_orientation(Image image, int orientation, ProgressGate& progress);

}  // namespace limpid
