#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/inspect.hpp"
#include "limpid/limits.hpp"

namespace limpid {

/// What a walk over a file's headers found: the public claim, and where its metadata lies.
/// All spans borrow from the encoded file.
struct FileHeaders {
    /// JPEG numbers its ICC segments with one byte.
    static constexpr std::size_t kMaxIccParts = 255;

    ImageInfo info;
    /// Size as coded, before orientation.
    int stored_width_px = 0;
    int stored_height_px = 0;
    /// WebP with an ANIM header, which a still decoder does not read.
    bool animated = false;
    /// PNG: transparency of a palette, or of one colour, comes from tRNS.
    bool has_color_key = false;

    /// TIFF structure.
    std::span<const std::byte> exif;
    std::span<const std::byte> xmp;
    bool xmp_deflated = false;
    /// The profile is these parts, one after the other.
    std::array<std::span<const std::byte>, kMaxIccParts> icc_parts{};
    std::size_t icc_part_count = 0;
    bool icc_deflated = false;
};

/// Walk the headers of one JPEG, PNG or WebP file and check what they claim against `limits`.
/// Errors as inspect(). Thread-safe.
[[nodiscard]] Result<FileHeaders> read_headers(std::span<const std::byte> encoded,
                                               const Limits& limits);

/// Precondition of the three: `encoded` begins with that format's complete signature.
[[nodiscard]] Status read_jpeg_headers(std::span<const std::byte> encoded, const Limits& limits,
                                       FileHeaders& headers);
[[nodiscard]] Status read_png_headers(std::span<const std::byte> encoded, const Limits& limits,
                                      FileHeaders& headers);
[[nodiscard]] Status read_webp_headers(std::span<const std::byte> encoded, const Limits& limits,
                                       FileHeaders& headers);

/// Copies of the blocks that `headers` points at, decompressed. Never larger than the limits: the
/// walk has measured them. @return memory.exhausted | image.malformed.
[[nodiscard]] Result<ByteBuffer> read_icc(const FileHeaders& headers, const Limits& limits);
[[nodiscard]] Result<ByteBuffer> read_xmp(const FileHeaders& headers, const Limits& limits);
[[nodiscard]] Result<ByteBuffer> read_exif(const FileHeaders& headers);

}  // namespace limpid
