#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/inspect.hpp"
#include "limpid/limits.hpp"
#include "limpid/run.hpp"

namespace limpid {

/// Metadata carried beside the pixels, as opaque blocks. Empty means absent.
struct Metadata {
    /// ICC profile.
    ByteBuffer icc;
    /// EXIF as a TIFF structure (from "II*\0" or "MM\0*"), without the "Exif\0\0" prefix of JPEG.
    ByteBuffer exif;
    /// XMP packet, UTF-8.
    ByteBuffer xmp;
};

/// What of the metadata is written to the output.
/// In every mode the orientation is written as 1 (the pixels are already upright).
enum class MetadataPolicy : std::uint8_t {
    keep,  ///< everything, GPS included; the embedded thumbnail is dropped, it shows the old pixels
    minimal,  ///< orientation, ICC profile and copyright
    strip,    ///< nothing; a photo with a wide-gamut profile loses its meaning, so prefer minimal
};

/// Pixels with orientation applied, and what came with them.
struct DecodedImage {
    ImageInfo info;
    Image pixels;
    Metadata metadata;
};

/// Decode one JPEG, PNG or WebP file.
///
/// The same bytes give the same pixels on every target. EXIF orientation is applied, exactly once.
/// Grey stays grey; palette becomes RGB or RGBA; grey+alpha becomes RGBA; CMYK and YCCK become RGB.
/// 16-bit PNG gives 16-bit samples. Memory: the pixels (twice while a quarter turn is applied) and
/// the codec's rows; limits.max_memory_bytes bounds them.
///
/// @return the errors of inspect(), image.too_many_scans, memory.exhausted, run.cancelled. A file
/// that
///         ends early or fails its checksum is an error; no partial image is returned. Thread-safe.
[[nodiscard]] LIMPID_API Result<DecodedImage> decode(std::span<const std::byte> encoded,
                                                     const Limits& limits = {},
                                                     const RunOptions& run = {});

/// JPEG chroma subsampling to write.
enum class ChromaSubsampling : std::uint8_t { s420, s422, s444 };

/// How to write a file. Defaults suit photographs.
struct EncodeOptions {
    FileFormat format = FileFormat::jpeg;
    /// 1..100, for JPEG and lossy WebP.
    int quality = 90;
    ChromaSubsampling chroma_subsampling = ChromaSubsampling::s420;
    /// Progressive JPEG: some 5 % smaller, slower to decode.
    bool progressive = false;
    /// WebP without loss. PNG always is.
    bool lossless = false;
    MetadataPolicy metadata = MetadataPolicy::minimal;
};

/// Encode pixels. JPEG has no alpha: RGBA is refused unless every alpha is opaque. 16-bit samples
/// stay 16 bits in PNG and are rounded to 8 in JPEG and WebP.
///
/// @return argument.invalid | encode.unsupported | encode.failed | memory.exhausted |
/// run.cancelled. The same pixels, metadata and options give the same bytes on every target.
/// Thread-safe.
[[nodiscard]] LIMPID_API Result<ByteBuffer> encode(const ImageView& pixels,
                                                   const Metadata& metadata,
                                                   const EncodeOptions& options = {},
                                                   const RunOptions& run = {});

}  // namespace limpid
