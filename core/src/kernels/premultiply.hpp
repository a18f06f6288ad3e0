#pragma once

#include "limpid/image.hpp"

/// Straight to premultiplied alpha and back; the arithmetic is in resample.hpp.
namespace limpid::kernels {

/// @param straight  rgba8 or rgba16
/// @param premultiplied  rgba16 of the same size
void premultiply(const ImageView& straight, const MutableImageView& premultiplied) noexcept;

/// @param premultiplied  rgba16
/// @param straight  rgba8 or rgba16 of the same size
void unpremultiply(const ImageView& premultiplied, const MutableImageView& straight) noexcept;

}  // namespace limpid::kernels
