#include "fuzz/decode_target.hpp"

namespace limpid::fuzz {

std::string inspect(Input input) {
    const Limits limits = small_limits();
    const auto info = limpid::inspect(input, limits);
    if (!info) return verdict_of(info.error());
    require(info->width_px > 0 && info->height_px > 0, "an image has pixels");
    const auto pixels =
        static_cast<std::uint64_t>(info->width_px) * static_cast<std::uint64_t>(info->height_px);
    require(pixels <= limits.max_pixels, "a claim is within the limits");
    require(info->orientation >= 1 && info->orientation <= 8, "an orientation is one of eight");
    return "ok " + std::string(to_string(info->format)) + " " + std::to_string(info->width_px) +
           "x" + std::to_string(info->height_px);
}

}  // namespace limpid::fuzz
