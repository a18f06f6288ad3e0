#include "limpid/pipeline.hpp"

namespace limpid {

Result<Enhanced> enhance_verified(std::span<const std::byte> encoded,
                                  const security::Verified<Recipe>& recipe,
                                  const EnhanceOptions& options, const RunOptions& run) {
    if (options.recipe) {
        return fail(ErrorCode::argument_invalid, "a second recipe beside the verified one");
    }
    if (options.strength != Decimal{Decimal::kOne}) {
        return fail(ErrorCode::argument_invalid,
                    "strength is " + to_string(options.strength) +
                        "; a verified recipe is applied as it was signed, at 1");
    }
    if (options.lut != nullptr) {
        return fail(ErrorCode::argument_invalid,
                    "a look-up table beside the verified recipe, which does not hold it");
    }
    EnhanceOptions with_recipe = options;
    with_recipe.recipe = *recipe;
    return enhance(encoded, with_recipe, run);
}

}  // namespace limpid
