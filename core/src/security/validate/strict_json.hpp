#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::security {

/// How much JSON is accepted, and how refusals are named.
struct StrictJsonRules {
    std::size_t max_depth = 64;
    /// Values and member names; bounds the tree's memory at about 100 bytes each.
    std::size_t max_values = 500'000;
    /// Given for every refusal instead of json.*, where a caller promises one code.
    std::optional<ErrorCode> code;
};

/// Deeper nesting is refused whatever the rules say: writing a tree recurses once per level.
inline constexpr std::size_t kMaxJsonDepth = 512;

/// Parse untrusted JSON into a tree.
///
/// Stricter than RFC 8259 where readers are known to disagree: a member named twice, a name that
/// changes a JavaScript object's prototype, nesting deeper than `max_depth`, an integer beyond
/// 2^53-1 (RFC 7493) in any spelling that RFC 8785 writes as digits, a number beyond double, a lone
/// surrogate, invalid UTF-8, a byte order mark, a NUL, or anything after the value is an error. The
/// parser is nlohmann/json; it is driven by events, so that nothing is built that is then refused.
///
/// @return what was found, with the JSON pointer (RFC 6901) and the offset of the byte after it.
/// Thread-safe.
[[nodiscard]] Result<nlohmann::json> parse_strict_json(std::string_view text,
                                                       const StrictJsonRules& rules);

/// The same, with one code for every refusal.
[[nodiscard]] Result<nlohmann::json> parse_strict_json(std::string_view text, std::size_t max_depth,
                                                       ErrorCode malformed);

}  // namespace limpid::security
