#include <string>
#include <utility>

#include "codec/codecs.hpp"
#include "codec/metadata.hpp"
#include "image/pixel_rows.hpp"

namespace limpid {
namespace {

/// Largest side each format's library writes: JPEG_MAX_DIMENSION, libpng's user limit is above what
/// an Image can be, WEBP_MAX_DIMENSION.
int largest_side_px(FileFormat format) {
    switch (format) {
        case FileFormat::jpeg:
            return 65500;
        case FileFormat::png:
            return 65535;
        case FileFormat::webp:
            return 16383;
    }
    return 0;
}

template <class Enum>
bool is_enumerator(Enum value, Enum last) {
    return static_cast<int>(value) >= 0 && static_cast<int>(value) <= static_cast<int>(last);
}

Status check_options(const EncodeOptions& options) {
    if (options.quality < 1 || options.quality > 100) {
        return fail(ErrorCode::argument_invalid,
                    "quality is " + std::to_string(options.quality) + "; 1..100");
    }
    // Bindings cast numbers to these.
    if (!is_enumerator(options.format, FileFormat::webp) ||
        !is_enumerator(options.chroma_subsampling, ChromaSubsampling::s444) ||
        !is_enumerator(options.metadata, MetadataPolicy::strip)) {
        return fail(ErrorCode::argument_invalid,
                    "format, chroma_subsampling or metadata is not one of its values");
    }
    return {};
}

Status check_pixels(const ImageView& pixels, FileFormat format) {
    const std::string size =
        std::to_string(pixels.width_px) + " x " + std::to_string(pixels.height_px) + " px";
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1 ||
        !is_enumerator(pixels.format, PixelFormat::rgba16)) {
        return fail(ErrorCode::argument_invalid, "no pixels, or " + size);
    }
    const int largest = largest_side_px(format);
    if (pixels.width_px > largest || pixels.height_px > largest) {
        return fail(ErrorCode::encode_unsupported, size + "; a " + std::string(to_string(format)) +
                                                       " side is at most " +
                                                       std::to_string(largest));
    }
    if (format == FileFormat::jpeg && !is_opaque(pixels)) {
        return fail(ErrorCode::encode_unsupported,
                    "pixels that are not opaque; JPEG has no transparency");
    }
    return {};
}

Result<ByteBuffer> encode_as(const EncodeJob& job) {
    switch (job.options.format) {
        case FileFormat::jpeg:
            return encode_jpeg(job);
        case FileFormat::png:
            return encode_png(job);
        case FileFormat::webp:
            return encode_webp(job);
    }
    return fail(ErrorCode::internal_failure, "unknown format");
}

}  // namespace

Result<ByteBuffer> encode(const ImageView& pixels, const Metadata& metadata,
                          const EncodeOptions& options, const RunOptions& run) {
    if (Status valid = check_options(options); !valid) return std::unexpected(valid.error());
    if (Status valid = check_pixels(pixels, options.format); !valid) {
        return std::unexpected(valid.error());
    }
    ProgressGate progress(run, Stage::encode);
    if (!progress.step(0.0)) return fail(ErrorCode::run_cancelled);
    // WebP has no grey: its pixels are RGB, and so must be its profile.
    const bool gray_file = channels(pixels.format) == 1 && options.format != FileFormat::webp;
    auto written =
        metadata_to_write(metadata, options.metadata, pixels.width_px, pixels.height_px, gray_file);
    if (!written) return std::unexpected(std::move(written).error());
    auto file = encode_as({pixels, *written, options, progress});
    if (file && !progress.step(1.0)) return fail(ErrorCode::run_cancelled);
    return file;
}

}  // namespace limpid
