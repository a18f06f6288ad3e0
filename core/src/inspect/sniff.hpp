#pragma once

#include <cstddef>
#include <span>

#include "limpid/error.hpp"
#include "limpid/inspect.hpp"

namespace limpid {

/// The format, by signature alone.
/// @return image.empty | image.unrecognised | image.truncated, when the bytes are the beginning of
/// a
///         signature and nothing more.
[[nodiscard]] Result<FileFormat> sniff(std::span<const std::byte> encoded);

}  // namespace limpid
