#pragma once

#include "limpid/byte_buffer.hpp"

namespace limpid {

/// Make an XMP packet true of upright pixels: every tiff:Orientation 2..8, as attribute or element,
/// becomes 1, and xmp:Thumbnails, which shows the old pixels, is removed. Works on the text: the
/// packet is not parsed, so anything else in it, known or not, stays as it was.
void make_xmp_upright(ByteBuffer& xmp) noexcept;

}  // namespace limpid
