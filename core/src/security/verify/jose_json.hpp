#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::security {

/// Parse one JSON object of a token or key. @return `malformed` with what was found, but none of
/// the text: it may be secret.
[[nodiscard]] Result<nlohmann::json> parse_jose_object(std::string_view json, ErrorCode malformed);

/// A member that is text if it is there at all, or `malformed` naming it.
[[nodiscard]] Result<std::optional<std::string>> find_text(const nlohmann::json& object,
                                                           std::string_view name,
                                                           ErrorCode malformed);

/// RFC 8725 section 3.10 and prudence: what a `kid` may be, so that it can go into a path or a
/// query of whoever looks keys up.
[[nodiscard]] bool is_key_id(std::string_view text) noexcept;

}  // namespace limpid::security
