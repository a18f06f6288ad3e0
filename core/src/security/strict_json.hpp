#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::security {

/// Parse untrusted JSON into a tree.
///
/// Stricter than RFC 8259 where readers are known to disagree: a member named twice, nesting
/// deeper than `max_depth`, a number beyond double, a lone surrogate, invalid UTF-8, or anything
/// after the value is an error. The parser is nlohmann/json; it is driven by events, so that
/// nothing is built that is then refused.
///
/// @return `malformed` with what was found and where (byte offset). Thread-safe.
[[nodiscard]] Result<nlohmann::json> parse_strict_json(std::string_view text, std::size_t max_depth,
                                                       ErrorCode malformed);

}  // namespace limpid::security
