#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/limits.hpp"
#include "limpid/recipe.hpp"
#include "limpid/security/sign_document.hpp"
#include "limpid/security/signed_document.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/trusted_keys.hpp"
#include "limpid/security/types.hpp"
#include "limpid/security/verified.hpp"

namespace limpid {

/// What signed recipes are signed for; trust a key for this purpose to have its recipes verify.
inline constexpr std::string_view kRecipePurpose = "limpid.recipe";

/// What verify_recipe() and verify_manifest() accept beside a valid signature.
struct SignedOptions {
    /// How far the clocks of signer and verifier may differ, 0..86400 seconds.
    std::int64_t leeway_s = 60;
    /// See security::DocumentPolicy.
    std::optional<std::uint64_t> min_counter = std::nullopt;
    /// Of the recipe within; max_recipe_bytes bounds the document.
    Limits limits{};
};

/// Verify and read a recipe that was signed with sign_recipe().
/// @return the errors of security::verify_document() for kRecipePurpose, then those of
///     parse_recipe(). Nothing of the recipe is read before its signature was verified.
/// Thread-safe.
[[nodiscard]] LIMPID_API Result<security::Verified<Recipe>> verify_recipe(
    std::string_view text, const security::TrustedKeys& keys, security::UnixSeconds now,
    const SignedOptions& options = {});

/// Sign a recipe. Absent from a library built with LIMPID_VERIFY_ONLY.
/// @return a signed document; recipe.out_of_range; the errors of security::sign_document().
/// Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> sign_recipe(const Recipe& recipe,
                                                         const security::SigningKey& key,
                                                         const security::SigningTerms& terms);

}  // namespace limpid
