#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace limpid::security {

/// The RFC 8785 text of a tree from parse_strict_json(); recurses once per level of nesting.
[[nodiscard]] std::string canonical_json(const nlohmann::json& value);

}  // namespace limpid::security
