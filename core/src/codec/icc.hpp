#pragma once

#include <cstddef>
#include <span>

namespace limpid {

/// Does this profile describe pixels of this kind? Looks at the profile header alone (ICC.1 7.2):
/// its signature, and its colour space, which must be GRAY for grey pixels and RGB for others.
/// A profile that does not fit would make a viewer show wrong colours or refuse the file: libpng
/// and browsers drop it too.
[[nodiscard]] bool icc_fits(std::span<const std::byte> profile, bool gray_pixels) noexcept;

}  // namespace limpid
