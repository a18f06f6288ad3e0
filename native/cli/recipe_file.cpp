#include "cli/recipe_file.hpp"

#include <string_view>

#include "platform/read_file.hpp"

namespace limpid::cli {

Result<Recipe> load_recipe(const std::string& path, const Limits& limits) {
    const auto text = platform::read_file(
        path, {limits.max_recipe_bytes, "max_recipe_bytes", ErrorCode::recipe_too_large});
    if (!text) return std::unexpected(text.error());
    const std::string_view json(reinterpret_cast<const char*>(text->data()), text->size());
    return parse_recipe(json, limits);
}

}  // namespace limpid::cli
