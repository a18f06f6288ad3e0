#pragma once

#include <optional>
#include <string_view>

#include "limpid/inspect.hpp"

namespace limpid::service {

/// What can be written.
inline constexpr FileFormat kOutputFormats[] = {FileFormat::jpeg, FileFormat::png,
                                                FileFormat::webp};

/// "image/jpeg", …
[[nodiscard]] std::string_view media_type_of(FileFormat format) noexcept;

/// The format for an Accept header (RFC 9110 section 12.5.1): of those that are accepted the one of
/// the highest weight; among equals `preferred`, which is the input's, then JPEG, PNG, WebP.
/// @param accept  absent or empty accepts everything. What is malformed in it accepts nothing.
/// @return nothing when none of the three is accepted.
[[nodiscard]] std::optional<FileFormat> negotiate_format(std::optional<std::string_view> accept,
                                                         FileFormat preferred);

}  // namespace limpid::service
