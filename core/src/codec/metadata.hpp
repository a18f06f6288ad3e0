#pragma once

#include "limpid/codec.hpp"

namespace limpid {

/// What of `metadata` goes into a file of upright pixels of this size.
///
/// keep     EXIF and XMP with the orientation set to 1 and thumbnails gone, ICC if it fits.
/// minimal  ICC if it fits; a new EXIF block with orientation 1 and the copyright when there was a
///          copyright, else no EXIF at all: an absent orientation means 1.
/// strip    nothing.
///
/// @param gray_pixels  whether the file stores grey, which decides what profile fits.
/// @return memory.exhausted.
[[nodiscard]] Result<Metadata> metadata_to_write(const Metadata& metadata, MetadataPolicy policy,
                                                 int width_px, int height_px, bool gray_pixels);

}  // namespace limpid
