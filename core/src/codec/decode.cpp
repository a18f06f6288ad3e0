#include <algorithm>
#include <string>
#include <utility>

#include "codec/codecs.hpp"
#include "codec/icc.hpp"
#include "codec/orientation.hpp"
#include "inspect/claim.hpp"

namespace limpid {
namespace {

/// Pixels at the worst moment: twice when the sides are swapped, and what libwebp holds beside them
/// to decode without loss (four bytes a pixel) or alpha (one). libjpeg and libpng need rows only;
/// what a progressive JPEG needs more is bounded where it is allocated (jpeg_decode.cpp).
std::uint64_t peak_pixel_bytes(const FileHeaders& headers) {
    const ImageInfo& info = headers.info;
    const std::uint64_t pixels = std::uint64_t{static_cast<std::uint32_t>(info.width_px)} *
                                 static_cast<std::uint32_t>(info.height_px);
    const std::uint64_t image =
        pixels * static_cast<std::uint32_t>(bytes_per_pixel(info.pixel_format));
    const std::uint64_t turning = info.orientation >= 5 ? 2 * image : image;
    std::uint64_t decoding = image;
    if (info.format == FileFormat::webp) decoding += info.lossless ? 4 * pixels : pixels;
    return std::max(turning, decoding);
}

Result<Image> decode_stored(const DecodeJob& job) {
    switch (job.headers.info.format) {
        case FileFormat::jpeg:
            return decode_jpeg(job);
        case FileFormat::png:
            return decode_png(job);
        case FileFormat::webp:
            return decode_webp(job);
    }
    return fail(ErrorCode::internal_failure, "unknown format");
}

Result<Metadata> read_metadata(const FileHeaders& headers, const Limits& limits) {
    Metadata metadata;
    auto icc = read_icc(headers, limits);
    if (!icc) return std::unexpected(std::move(icc).error());
    auto exif = read_exif(headers);
    if (!exif) return std::unexpected(std::move(exif).error());
    auto xmp = read_xmp(headers, limits);
    if (!xmp) return std::unexpected(std::move(xmp).error());
    metadata.exif = std::move(*exif);
    metadata.xmp = std::move(*xmp);
    // A CMYK profile says nothing about the RGB that decoding made of the file.
    if (icc_fits(icc->span(), channels(headers.info.pixel_format) == 1)) {
        metadata.icc = std::move(*icc);
    }
    return metadata;
}

}  // namespace

Result<DecodedImage> decode(std::span<const std::byte> encoded, const Limits& limits,
                            const RunOptions& run) {
    ProgressGate progress(run, Stage::decode);
    if (!progress.step(0.0)) return fail(ErrorCode::run_cancelled);
    const auto headers = read_headers(encoded, limits);
    if (!headers) return std::unexpected(headers.error());
    if (const std::uint64_t bytes = peak_pixel_bytes(*headers); bytes > limits.max_memory_bytes) {
        return fail(ErrorCode::memory_exhausted,
                    over_limit(std::to_string(bytes) + " bytes needed", "max_memory_bytes",
                               limits.max_memory_bytes));
    }
    auto metadata = read_metadata(*headers, limits);
    if (!metadata) return std::unexpected(std::move(metadata).error());

    auto stored = decode_stored({encoded, *headers, limits, progress});
    if (!stored) return std::unexpected(std::move(stored).error());
    auto upright = apply_orientation(std::move(*stored), headers->info.orientation, progress);
    if (!upright) return std::unexpected(std::move(upright).error());
    if (!progress.step(1.0)) return fail(ErrorCode::run_cancelled);
    return DecodedImage{headers->info, std::move(*upright), std::move(*metadata)};
}

}  // namespace limpid
