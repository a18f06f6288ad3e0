#pragma once

#include <cstddef>
#include <span>

#include "limpid/error.hpp"
#include "limpid/image.hpp"

namespace limpid {

/// 16-bit samples to 8, to nearest: (v * 255 + 32767) / 65535. 0 and 65535 map to 0 and 255, and a
/// sample widened by 257 comes back unchanged.
void narrow_samples(const std::byte* from16, std::byte* to8, std::size_t samples) noexcept;

/// Is every alpha sample at its maximum? True for formats without alpha.
[[nodiscard]] bool is_opaque(const ImageView& pixels) noexcept;

/// A copy as rgb8 or rgba8, grey repeated and 16 bits narrowed.
/// @return memory.exhausted.
[[nodiscard]] Result<Image> to_color8(const ImageView& pixels);

}  // namespace limpid
