#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "inspect/headers.hpp"

namespace limpid {

/// `found; name is value`: the one form of every message about a limit.
[[nodiscard]] std::string over_limit(std::string found, std::string_view limit_name,
                                     std::uint64_t limit);

/// Check a claimed size (before orientation) and store it in `headers`.
/// @return image.malformed for an empty side | image.too_large.
[[nodiscard]] Status accept_size(std::uint64_t width_px, std::uint64_t height_px,
                                 const Limits& limits, FileHeaders& headers);

/// @return image.metadata_too_large. `what` is "ICC profile", "EXIF" or "XMP and text".
[[nodiscard]] Status check_metadata_size(std::string_view what, std::uint64_t bytes,
                                         std::string_view limit_name, std::uint64_t limit);

/// @return image.too_many_frames.
[[nodiscard]] Status check_frame_count(std::uint64_t frames, const Limits& limits);

/// Read the orientation from headers.exif and turn the claimed size by it.
void apply_exif_orientation(FileHeaders& headers);

}  // namespace limpid
