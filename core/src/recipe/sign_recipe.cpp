#include "limpid/signed_recipe.hpp"

namespace limpid {

Result<std::string> sign_recipe(const Recipe& recipe, const security::SigningKey& key,
                                const security::SigningTerms& terms) {
    if (const Status valid = validate(recipe); !valid) return std::unexpected(valid.error());
    return security::sign_document(to_json(recipe), key, kRecipePurpose, terms);
}

}  // namespace limpid
