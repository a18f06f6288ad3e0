#include "inspect/claim.hpp"

#include <utility>

#include "inspect/exif.hpp"

namespace limpid {
namespace {

/// Image::create refuses more, and no format limpid writes can hold more (JPEG: 16-bit sides).
constexpr std::uint64_t kLargestSidePx = 65535;

}  // namespace

std::string over_limit(std::string found, std::string_view limit_name, std::uint64_t limit) {
    found.append("; ").append(limit_name).append(" is ").append(std::to_string(limit));
    return found;
}

Status accept_size(std::uint64_t width_px, std::uint64_t height_px, const Limits& limits,
                   FileHeaders& headers) {
    std::string size = std::to_string(width_px) + " x " + std::to_string(height_px) + " px";
    if (width_px == 0 || height_px == 0) {
        return fail(ErrorCode::image_malformed, std::move(size));
    }
    const auto refuse = [&size](std::string_view name, std::uint64_t limit) {
        return fail(ErrorCode::image_too_large, over_limit(std::move(size), name, limit));
    };
    if (width_px > limits.max_width_px) return refuse("max_width_px", limits.max_width_px);
    if (height_px > limits.max_height_px) return refuse("max_height_px", limits.max_height_px);
    if (width_px > kLargestSidePx || height_px > kLargestSidePx) {
        return refuse("the largest side of any image", kLargestSidePx);
    }
    if (width_px * height_px > limits.max_pixels) return refuse("max_pixels", limits.max_pixels);

    headers.stored_width_px = static_cast<int>(width_px);
    headers.stored_height_px = static_cast<int>(height_px);
    headers.info.width_px = headers.stored_width_px;
    headers.info.height_px = headers.stored_height_px;
    return {};
}

Status check_metadata_size(std::string_view what, std::uint64_t bytes, std::string_view limit_name,
                           std::uint64_t limit) {
    if (bytes <= limit) return {};
    std::string found(what);
    found.append(" of ").append(std::to_string(bytes)).append(" bytes");
    return fail(ErrorCode::image_metadata_too_large,
                over_limit(std::move(found), limit_name, limit));
}

Status check_frame_count(std::uint64_t frames, const Limits& limits) {
    if (frames <= limits.max_frames) return {};
    return fail(ErrorCode::image_too_many_frames,
                over_limit(std::to_string(frames) + " frames", "max_frames", limits.max_frames));
}

void apply_exif_orientation(FileHeaders& headers) {
    headers.info.orientation = read_orientation(headers.exif);
    if (headers.info.orientation >= 5) std::swap(headers.info.width_px, headers.info.height_px);
}

}  // namespace limpid
