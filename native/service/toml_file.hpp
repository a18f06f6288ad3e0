#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"

namespace limpid::service {

/// One `name = value` of a configuration file. The elements of an array are joined by commas.
struct TomlEntry {
    std::string name;
    std::string text;
    int line = 0;
};

/// Read TOML that consists of names with plain values: texts, numbers, booleans and arrays of them.
/// @return config.unreadable_file with the line, also for tables.
[[nodiscard]] Result<std::vector<TomlEntry>> parse_toml(std::string_view text);

}  // namespace limpid::service
