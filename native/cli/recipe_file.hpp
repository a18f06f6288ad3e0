#pragma once

#include <string>

#include "limpid/limits.hpp"
#include "limpid/recipe.hpp"

namespace limpid::cli {

/// The recipe in a file, or on standard input for "-".
/// @return io.unreadable | the errors of parse_recipe().
[[nodiscard]] Result<Recipe> load_recipe(const std::string& path, const Limits& limits);

}  // namespace limpid::cli
