#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/json.hpp"
#include "service/http_message.hpp"

// Requests whose body is JSON: Body::json of the route table.
namespace limpid::service {

/// Judge the head, before the body is read. application/json is demanded, for a page elsewhere can
/// have a browser send nothing of this type unasked.
/// @return upload.missing, http.unsupported_encoding, upload.unsupported_type, json.too_large.
[[nodiscard]] Status check_json_head(const RequestHead& head, std::uint64_t max_bytes);

/// The error for a body of more bytes. @return json.too_large.
[[nodiscard]] Error json_too_large(std::uint64_t max_bytes);

/// Read a small object, at most 16 KB, that has these members and no others.
/// @return argument.invalid; as security::parse_json_strict().
[[nodiscard]] Result<security::JsonDocument> read_small_object(
    std::string_view body, std::span<const std::string_view> members);

/// A member that is a text, borrowed from the document; nothing: there is none.
/// @return argument.invalid for another type.
[[nodiscard]] Result<std::optional<std::string_view>> optional_text(
    const security::JsonView& object, std::string_view name);
/// The same, of one that has to be there. @return argument.invalid.
[[nodiscard]] Result<std::string_view> required_text(const security::JsonView& object,
                                                     std::string_view name);

}  // namespace limpid::service
