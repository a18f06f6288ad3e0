#include "limpid/inspect.hpp"

#include <utility>

#include "inspect/claim.hpp"
#include "inspect/headers.hpp"
#include "inspect/sniff.hpp"

namespace limpid {
namespace {

Status read_headers_of(FileFormat format, std::span<const std::byte> encoded, const Limits& limits,
                       FileHeaders& headers) {
    switch (format) {
        case FileFormat::jpeg:
            return read_jpeg_headers(encoded, limits, headers);
        case FileFormat::png:
            return read_png_headers(encoded, limits, headers);
        case FileFormat::webp:
            return read_webp_headers(encoded, limits, headers);
    }
    return fail(ErrorCode::internal_failure, "unknown format");
}

}  // namespace

std::string_view to_string(FileFormat format) noexcept {
    switch (format) {
        case FileFormat::jpeg:
            return "jpeg";
        case FileFormat::png:
            return "png";
        case FileFormat::webp:
            return "webp";
    }
    return "";
}

std::string_view to_string(ColorModel model) noexcept {
    switch (model) {
        case ColorModel::gray:
            return "gray";
        case ColorModel::gray_alpha:
            return "gray_alpha";
        case ColorModel::rgb:
            return "rgb";
        case ColorModel::rgb_alpha:
            return "rgb_alpha";
        case ColorModel::palette:
            return "palette";
        case ColorModel::ycbcr:
            return "ycbcr";
        case ColorModel::cmyk:
            return "cmyk";
        case ColorModel::ycck:
            return "ycck";
    }
    return "";
}

Result<FileHeaders> read_headers(std::span<const std::byte> encoded, const Limits& limits) {
    if (encoded.size() > limits.max_file_bytes) {
        return fail(ErrorCode::image_too_large,
                    over_limit(std::to_string(encoded.size()) + " bytes", "max_file_bytes",
                               limits.max_file_bytes));
    }
    const auto format = sniff(encoded);
    if (!format) return std::unexpected(format.error());

    FileHeaders headers;
    headers.info.format = *format;
    if (Status read = read_headers_of(*format, encoded, limits, headers); !read) {
        return std::unexpected(std::move(read).error());
    }
    headers.info.exif_bytes = headers.exif.size();
    const Status exif_fits = check_metadata_size("EXIF", headers.info.exif_bytes, "max_exif_bytes",
                                                 limits.max_exif_bytes);
    if (!exif_fits) return std::unexpected(exif_fits.error());
    apply_exif_orientation(headers);
    return headers;
}

Result<ImageInfo> inspect(std::span<const std::byte> encoded, const Limits& limits) {
    const auto headers = read_headers(encoded, limits);
    if (!headers) return std::unexpected(headers.error());
    return headers->info;
}

}  // namespace limpid
