#include "cli/security/signed_enhance.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

#include "cli/parser.hpp"
#include "limpid/manifest.hpp"
#include "limpid/signed_recipe.hpp"
#include "platform/clock.hpp"
#include "platform/read_file.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

Status check(const SignedEnhance& arguments, const EnhanceOptions& options) {
    if (arguments.manifest_path.empty() != arguments.key.reference.empty()) {
        return fail(ErrorCode::usage_invalid, "--manifest and --sign-key belong together");
    }
    if (arguments.recipe_path.empty() != arguments.trusted_keys.empty()) {
        return fail(ErrorCode::usage_invalid, "--require-signed and --trusted-key belong together");
    }
    if (arguments.recipe_path.empty()) return {};
    if (options.recipe || options.lut != nullptr || options.preset != Preset::natural ||
        options.strength != Decimal{Decimal::kOne}) {
        return fail(ErrorCode::usage_invalid,
                    "--require-signed applies what was signed and nothing else: no --recipe, "
                    "--preset, --strength or --lut");
    }
    return {};
}

Result<security::Verified<Recipe>> verified_recipe(const SignedEnhance& arguments,
                                                   const Limits& limits) {
    const auto keys = read_trusted_keys(arguments.trusted_keys, kRecipePurpose);
    if (!keys) return std::unexpected(keys.error());
    const auto text = platform::read_file(
        arguments.recipe_path,
        {limits.max_recipe_bytes, "max_recipe_bytes", ErrorCode::recipe_too_large});
    if (!text) return std::unexpected(text.error());
    const std::string_view json(reinterpret_cast<const char*>(text->data()), text->size());
    return verify_recipe(json, *keys, platform::wall_clock(), {.limits = limits});
}

void add_file_option(CLI::App& command, std::string& target, const char* name, const char* help) {
    add_value(command, {.names = name, .value_name = "FILE", .help = help, .group = "Signatures"},
              [&target](const std::string& text) { target = text; });
}

}  // namespace

void add_signed_options(CLI::App& command, SignedEnhance& arguments) {
    add_file_option(command, arguments.recipe_path, "--require-signed",
                    "apply this signed recipe, if a trusted key signed it, and\nno other");
    add_verify_keys(command, arguments.trusted_keys, "--trusted-key",
                    "public key that is believed: its text or a file; repeatable", false);
    add_file_option(command, arguments.manifest_path, "--manifest",
                    "write a signed statement of which file became which");
    add_signing_key(command, arguments.key, "--sign-key", false);
}

Status prepare_signed(SignedEnhance& arguments, const EnhanceOptions& options,
                      const Limits& limits) {
    if (Status status = check(arguments, options); !status) return status;
    if (!arguments.manifest_path.empty()) {
        if (Status status = platform::check_output(arguments.manifest_path); !status) {
            return status;
        }
        auto key = read_signing_key(arguments.key);
        if (!key) return std::unexpected(key.error());
        arguments.signing_key.emplace(std::move(*key));
    }
    if (!arguments.recipe_path.empty()) {
        auto recipe = verified_recipe(arguments, limits);
        if (!recipe) return std::unexpected(recipe.error());
        arguments.recipe.emplace(std::move(*recipe));
    }
    return {};
}

Result<Enhanced> enhance_as_demanded(const SignedEnhance& arguments,
                                     std::span<const std::byte> input,
                                     const EnhanceOptions& options, const RunOptions& run) {
    return arguments.recipe ? enhance_verified(input, *arguments.recipe, options, run)
                            : enhance(input, options, run);
}

Status write_manifest(const SignedEnhance& arguments, std::span<const std::byte> input,
                      const Enhanced& enhanced) {
    if (!arguments.signing_key) return {};
    const security::UnixSeconds now = platform::wall_clock();
    const auto text = sign_manifest(make_manifest(input, enhanced, now), *arguments.signing_key,
                                    {.issued_at = now});
    if (!text) return std::unexpected(text.error());
    const std::string line = *text + "\n";
    return platform::write_file(arguments.manifest_path, security::as_bytes(line));
}

}  // namespace limpid::cli
