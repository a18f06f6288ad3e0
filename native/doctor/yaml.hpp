#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "limpid/error.hpp"

namespace limpid::doctor {

/// The first document of a YAML text as JSON: mappings, sequences, and scalars that are all texts
/// but for plain true, false and null (YAML 1.2). Aliases are followed. Reading it properly, a
/// check cannot be misled by how a file is laid out.
/// @return config.unreadable_file with the line; also for a name that comes twice, keys that are no
///         texts, merge keys (`<<`), more than 64 levels or 10,000 nodes. Safe for hostile input.
[[nodiscard]] Result<nlohmann::json> parse_yaml(std::string_view text);

}  // namespace limpid::doctor
