#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"

namespace limpid::service {

/// One part of a form; `content` is borrowed from the body.
struct FormPart {
    std::string name;
    /// As declared; absent when it was not.
    std::optional<std::string> content_type;
    std::string_view content;
};

/// The boundary of a `multipart/form-data` Content-Type; nothing for another media type.
/// @return http.malformed when it is that type without a boundary of RFC 2046 section 5.1.1.
[[nodiscard]] Result<std::optional<std::string>> form_boundary(std::string_view content_type);

/// Split a form (RFC 7578). File names are not looked at: they are the client's own business.
/// @return http.malformed for a body that is not such a form, an encoded part, a name that comes
///         twice, or more than 16 parts.
[[nodiscard]] Result<std::vector<FormPart>> parse_form(std::span<const std::byte> body,
                                                       std::string_view boundary);

}  // namespace limpid::service
