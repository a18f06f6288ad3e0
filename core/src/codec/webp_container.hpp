#pragma once

#include <cstddef>
#include <span>

#include "limpid/byte_buffer.hpp"
#include "limpid/codec.hpp"

namespace limpid {

/// Put metadata round a WebP file that libwebp has written (RIFF with VP8, VP8L, or VP8X + ALPH +
/// VP8): an extended file with the chunks in the order of RFC 9649. Without metadata the file is
/// returned unchanged. @return memory.exhausted.
[[nodiscard]] Result<ByteBuffer> add_webp_metadata(ByteBuffer file, const Metadata& metadata,
                                                   int width_px, int height_px, bool alpha);

}  // namespace limpid
