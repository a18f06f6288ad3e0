#include "fuzz/fuzz_target.hpp"
#include "limpid/digest.hpp"
#include "limpid/recipe.hpp"

namespace limpid::fuzz {

std::string recipe(Input input) {
    const auto parsed = parse_recipe(text_of(input));
    if (!parsed) return verdict_of(parsed.error());
    const std::string written = to_json(*parsed);
    const auto again = parse_recipe(written);
    require(again && to_json(*again) == written, "a recipe reads back as itself");
    return "ok " + to_hex(sha256(std::as_bytes(std::span(written)))).substr(0, 16);
}

}  // namespace limpid::fuzz
