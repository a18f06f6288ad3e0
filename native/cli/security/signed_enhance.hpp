#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/security/references.hpp"
#include "limpid/error.hpp"
#include "limpid/limits.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/recipe.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/verified.hpp"

namespace limpid::cli {

/// What `enhance` proves and demands: a signed manifest of what it did, and recipes that somebody
/// trusted has signed.
struct SignedEnhance {
    std::string manifest_path = {};
    SigningKeyOption key = {};
    std::string recipe_path = {};
    std::vector<std::string> trusted_keys = {};

    // Known after prepare_signed().
    std::optional<security::SigningKey> signing_key = {};
    std::optional<security::Verified<Recipe>> recipe = {};
};

/// --require-signed, --trusted-key, --manifest, --sign-key.
void add_signed_options(CLI::App& command, SignedEnhance& arguments);

/// Read the key, verify the recipe: before the photo is read.
/// @return usage.invalid for options that do not go together; key, secret, signature and recipe
///         errors; io.unwritable.
[[nodiscard]] Status prepare_signed(SignedEnhance& arguments, const EnhanceOptions& options,
                                    const Limits& limits);

/// enhance(), with the verified recipe where one is demanded.
[[nodiscard]] Result<Enhanced> enhance_as_demanded(const SignedEnhance& arguments,
                                                   std::span<const std::byte> input,
                                                   const EnhanceOptions& options,
                                                   const RunOptions& run);

/// The signed manifest, if one is wanted. Written after the photo.
[[nodiscard]] Status write_manifest(const SignedEnhance& arguments,
                                    std::span<const std::byte> input, const Enhanced& enhanced);

}  // namespace limpid::cli
