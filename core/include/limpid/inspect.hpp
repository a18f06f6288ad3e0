#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/limits.hpp"

namespace limpid {

/// Encoded formats limpid reads and writes.
enum class FileFormat : std::uint8_t { jpeg, png, webp };

/// "jpeg", "png" or "webp".
[[nodiscard]] LIMPID_API std::string_view to_string(FileFormat format) noexcept;

/// How the file stores colour, before decoding.
enum class ColorModel : std::uint8_t {
    gray,
    gray_alpha,
    rgb,
    rgb_alpha,
    palette,
    ycbcr,
    cmyk,
    ycck
};

/// "gray", "ycbcr", ….
[[nodiscard]] LIMPID_API std::string_view to_string(ColorModel model) noexcept;

/// What an encoded file claims to be.
struct ImageInfo {
    FileFormat format = FileFormat::jpeg;
    /// Size after orientation is applied: what decode() returns.
    int width_px = 0;
    int height_px = 0;
    /// EXIF orientation as stored, 1..8; 1 when absent or invalid.
    int orientation = 1;
    int frame_count = 1;
    ColorModel color_model = ColorModel::rgb;
    /// Bits per sample as stored: 1, 2, 4, 8 or 16.
    int bit_depth = 8;
    /// What decode() returns.
    PixelFormat pixel_format = PixelFormat::rgb8;
    /// Progressive JPEG or interlaced PNG.
    bool progressive = false;
    /// Chroma subsampling of a JPEG as "4:4:4", "4:2:2", "4:2:0", "4:4:0", "4:1:1", "other"; else
    /// "".
    std::string_view chroma_subsampling;
    /// Quality of a JPEG on the scale of libjpeg, 1..100, from its quantisation tables: the nearest
    /// where the encoder has tables of its own. 0 for other formats and abbreviated JPEGs.
    int jpeg_quality = 0;
    /// Lossless coding (PNG, lossless WebP).
    bool lossless = false;
    /// Sizes of the metadata blocks, 0 when absent.
    std::uint64_t icc_bytes = 0;
    std::uint64_t exif_bytes = 0;
    std::uint64_t xmp_bytes = 0;
};

/// Read what an encoded image claims to be, without decoding it.
///
/// Looks at headers and block lengths only; allocates no pixel memory. The format is decided by
/// content, never by a name. Safe for hostile input; a claim may still prove false in decode().
///
/// @param encoded  bytes of one JPEG, PNG or WebP file. Borrowed for the call only.
/// @param limits   refused early if the claim exceeds them.
/// @return image.empty | image.unrecognised | image.unsupported | image.truncated |
///         image.malformed | image.too_large | image.too_many_frames |
///         image.metadata_too_large.
/// Thread-safe. Never throws.
[[nodiscard]] LIMPID_API Result<ImageInfo> inspect(std::span<const std::byte> encoded,
                                                   const Limits& limits = {});

}  // namespace limpid
