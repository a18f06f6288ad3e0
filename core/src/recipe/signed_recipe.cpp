#include "limpid/signed_recipe.hpp"

#include <algorithm>

namespace limpid {
namespace {

/// Room for the signature beside the recipe: some 400 bytes.
constexpr std::uint64_t kEnvelopeBytes = 1024;

}  // namespace

Result<security::Verified<Recipe>> verify_recipe(std::string_view text,
                                                 const security::TrustedKeys& keys,
                                                 security::UnixSeconds now,
                                                 const SignedOptions& options) {
    constexpr auto kLargest = std::uint64_t{security::kMaxDocumentBytes};
    const std::uint64_t recipe_bytes =
        std::min(options.limits.max_recipe_bytes, kLargest - kEnvelopeBytes);
    const security::DocumentPolicy policy{
        .purpose = kRecipePurpose,
        .leeway_s = options.leeway_s,
        .min_counter = options.min_counter,
        .max_bytes = static_cast<std::size_t>(recipe_bytes + kEnvelopeBytes)};
    const auto document = security::verify_document(text, keys, policy, now);
    if (!document) return std::unexpected(document.error());
    return document->parsed_by(
        [&](const std::string& payload) { return parse_recipe(payload, options.limits); });
}

}  // namespace limpid
