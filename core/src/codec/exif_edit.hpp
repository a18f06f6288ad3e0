#pragma once

#include <cstddef>
#include <span>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"

namespace limpid {

/// Make an EXIF block true of upright pixels of this size, in place, so that maker notes, whose
/// offsets nobody outside the maker knows, stay valid: orientation 1, new pixel dimensions where
/// the block states them, thumbnail (the whole second directory) cut off and its bytes overwritten.
/// A block that is no TIFF structure, or whose directories overlap so that this cannot be done,
/// becomes empty. Other previews, inside maker notes, are left.
void make_exif_upright(ByteBuffer& exif, int width_px, int height_px) noexcept;

/// A new EXIF block that says orientation 1 and this copyright, and nothing else.
/// @return memory.exhausted.
[[nodiscard]] Result<ByteBuffer> make_copyright_exif(std::span<const std::byte> copyright);

}  // namespace limpid
