#pragma once

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"

namespace limpid {

/// A copy for a screen or a canvas: grey is repeated, 16-bit samples v become
/// (255 v + 32767) / 65535, and alpha is 255 where there was none. No colour is converted: the ICC
/// profile of the input is the result's too.
/// @param pixels  any format, at least 1 x 1; borrowed for the call.
/// @return rgba8; argument.invalid | memory.exhausted. Thread-safe.
[[nodiscard]] LIMPID_API Result<Image> to_rgba8(const ImageView& pixels);

}  // namespace limpid
