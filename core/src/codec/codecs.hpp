#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/progress.hpp"
#include "inspect/headers.hpp"
#include "limpid/byte_buffer.hpp"
#include "limpid/codec.hpp"
#include "limpid/image.hpp"

namespace limpid {

/// What a decoder works on: a file whose headers have been walked and found within the limits.
struct DecodeJob {
    std::span<const std::byte> encoded;
    const FileHeaders& headers;
    const Limits& limits;
    ProgressGate& progress;
};

/// Pixels as stored (orientation not applied), in headers.info.pixel_format.
[[nodiscard]] Result<Image> decode_jpeg(const DecodeJob& job);
[[nodiscard]] Result<Image> decode_png(const DecodeJob& job);
[[nodiscard]] Result<Image> decode_webp(const DecodeJob& job);

/// What an encoder works on. Options are within their ranges, metadata is what is to be written.
struct EncodeJob {
    const ImageView& pixels;
    const Metadata& metadata;
    const EncodeOptions& options;
    ProgressGate& progress;
};

[[nodiscard]] Result<ByteBuffer> encode_jpeg(const EncodeJob& job);
[[nodiscard]] Result<ByteBuffer> encode_png(const EncodeJob& job);
[[nodiscard]] Result<ByteBuffer> encode_webp(const EncodeJob& job);

/// Rows handled between two looks at the cancel flag: about a millisecond at 12 MP.
inline constexpr int kRowsPerBatch = 64;

}  // namespace limpid
