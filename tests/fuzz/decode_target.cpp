#include "fuzz/decode_target.hpp"

#include "limpid/codec.hpp"
#include "limpid/digest.hpp"

namespace limpid::fuzz {

Limits small_limits() {
    Limits limits;
    limits.max_pixels = 65'536;
    limits.max_width_px = 4096;
    limits.max_height_px = 4096;
    limits.max_memory_bytes = 16U << 20U;
    limits.max_progressive_scans = 20;
    return limits;
}

std::string decode_as(FileFormat format, Input input) {
    const Limits limits = small_limits();
    const auto info = inspect(input, limits);
    if (!info) return verdict_of(info.error());
    if (info->format != format) return "other";
    const auto decoded = decode(input, limits);
    if (!decoded) return verdict_of(decoded.error());
    const ImageView pixels = decoded->pixels.view();
    require(pixels.width_px == info->width_px && pixels.height_px == info->height_px,
            "an image has the size that was inspected");
    require(pixels.format == info->pixel_format, "an image has the format that was inspected");
    return "ok " + to_hex(sha256(pixels)).substr(0, 16);
}

}  // namespace limpid::fuzz
