#include <string>
#include <utility>
#include <vector>

#include "limpid/manifest.hpp"
#include "limpid/security/signature_files.hpp"
#include "limpid/security/signing_files.hpp"
#include "limpid/security/trusted_keys.hpp"
#include "limpid/signed_recipe.hpp"
#include "limpid/version.hpp"
#include "security/bindings.hpp"
#include "security/marshal.hpp"

namespace limpid::wasm {
namespace {

using emscripten::val;
using security::SigningKey;
using security::SigningTerms;
using security::TrustedKeys;
using security::UnixSeconds;
using security::VerifyKey;

constexpr std::int64_t kMaxLeewayS = 86'400;

Status read_counter(const val& options, const char* name, std::optional<std::uint64_t>& out) {
    if (options[name].isUndefined()) return {};
    std::int64_t counter = 0;
    if (auto read = read_integer(options, name, 0, kMaxSafeInteger, counter); !read) return read;
    out = static_cast<std::uint64_t>(counter);
    return {};
}

/// A public key in the text form of minisign: the line alone, or a whole key file.
Result<VerifyKey> read_verify_key(const val& holder) {
    std::string text;
    if (auto read = read_text(holder, "key", text); !read) return std::unexpected(read.error());
    return text.find('\n') == std::string::npos ? security::parse_verify_key(text)
                                                : security::parse_public_key_file(text);
}

/// `keys`: [{key, purposes?}], believed for `purpose` unless they say otherwise.
Result<TrustedKeys> read_trusted_keys(const val& options, std::string_view purpose) {
    const auto entries = read_array(options, "keys", TrustedKeys::kMaxKeys);
    if (!entries) return std::unexpected(entries.error());
    TrustedKeys trusted;
    for (const val& entry : *entries) {
        const auto key = read_verify_key(entry);
        if (!key) return std::unexpected(key.error());
        std::vector<std::string> purposes = {std::string(purpose)};
        Status done = read_texts(entry, "purposes", purposes);
        if (done) done = trusted.add(*key, purposes);
        if (!done) return std::unexpected(done.error());
    }
    return trusted;
}

Result<SignedOptions> read_signed_options(const val& options) {
    SignedOptions signed_options;
    auto limits = read_limits(options);
    if (!limits) return std::unexpected(limits.error());
    signed_options.limits = *limits;
    Status read = read_integer(options, "leeway_s", 0, kMaxLeewayS, signed_options.leeway_s);
    if (read) read = read_counter(options, "min_counter", signed_options.min_counter);
    if (!read) return std::unexpected(read.error());
    return signed_options;
}

/// What both kinds of document are verified with.
struct VerifyArguments {
    InputBytes document;
    TrustedKeys keys;
    SignedOptions options;
    UnixSeconds now;
};

Result<VerifyArguments> read_verify_arguments(const val& document, const val& options,
                                              std::string_view purpose) {
    auto bytes = InputBytes::copy_of(document);
    if (!bytes) return std::unexpected(bytes.error());
    auto keys = read_trusted_keys(options, purpose);
    if (!keys) return std::unexpected(keys.error());
    auto signed_options = read_signed_options(options);
    if (!signed_options) return std::unexpected(signed_options.error());
    const auto now = read_now(options);
    if (!now) return std::unexpected(now.error());
    return VerifyArguments{std::move(*bytes), std::move(*keys), std::move(*signed_options), *now};
}

Result<SigningKey> read_signing_key(const val& options) {
    const auto file = InputBytes::copy_of(options["secret_key"]);
    if (!file) return std::unexpected(file.error());
    InputBytes password;
    if (const val given = options["password"]; !given.isUndefined()) {
        auto copied = InputBytes::copy_of(given);
        if (!copied) return std::unexpected(copied.error());
        password = std::move(*copied);
    }
    return security::parse_minisign_secret_key(file->text(), password.span());
}

Result<SigningTerms> read_terms(const val& options) {
    SigningTerms terms;
    std::optional<UnixSeconds> issued_at;
    Status read = read_moment(options, "issued_at", issued_at);
    if (read) read = read_moment(options, "expires_at", terms.expires_at);
    if (read) read = read_counter(options, "counter", terms.counter);
    if (!read) return std::unexpected(read.error());
    if (!issued_at) return expected("a time", "issued_at");
    terms.issued_at = *issued_at;
    return terms;
}

Result<FileIdentity> identity_of(const val& bytes) {
    const auto copied = InputBytes::copy_of(bytes);
    if (!copied) return std::unexpected(copied.error());
    return FileIdentity{copied->span().size(), sha256(copied->span())};
}

/// `{input, output, recipe, created_at}`. The output's format is read from its content.
Result<Manifest> read_manifest(const val& files) {
    const auto input = identity_of(files["input"]);
    if (!input) return std::unexpected(input.error());
    const auto output = InputBytes::copy_of(files["output"]);
    if (!output) return std::unexpected(output.error());
    const auto info = inspect(output->span());
    if (!info) return std::unexpected(info.error());
    const auto recipe_json = InputBytes::copy_of(files["recipe"]);
    if (!recipe_json) return std::unexpected(recipe_json.error());
    auto recipe = parse_recipe(recipe_json->text());
    if (!recipe) return std::unexpected(recipe.error());
    std::optional<UnixSeconds> created_at;
    if (auto read = read_moment(files, "created_at", created_at); !read) {
        return std::unexpected(read.error());
    }
    if (!created_at) return expected("a time", "created_at");
    return Manifest{.input = *input,
                    .output = {output->span().size(), sha256(output->span())},
                    .output_format = info->format,
                    .recipe = std::move(*recipe),
                    .library_version = LIMPID_VERSION_STRING,
                    .created_at = *created_at};
}

Result<val> document_reply(const Result<std::string>& document) {
    if (!document) return std::unexpected(document.error());
    val reply = val::object();
    reply.set("document", *document);
    return reply;
}

}  // namespace

val generate_keys(const val& options) {
    return answered([&]() -> Result<val> {
        std::string comment = "limpid public key";
        if (auto read = read_text(options, "comment", comment); !read) {
            return std::unexpected(read.error());
        }
        CallerRandom random(options["random"]);
        const auto key = SigningKey::generate(random);
        if (!key) return std::unexpected(key.error());
        const auto public_file = security::public_key_file(key->verify_key(), comment);
        if (!public_file) return std::unexpected(public_file.error());
        const auto secret_file = security::minisign_secret_key_file(*key, comment);
        if (!secret_file) return std::unexpected(secret_file.error());
        val reply = val::object();
        reply.set("key_id", security::to_string(key->id()));
        reply.set("public_key", security::to_string(key->verify_key()));
        reply.set("public_key_file", *public_file);
        reply.set("secret_key", to_uint8_array(secret_file->expose()));
        return reply;
    });
}

val verify_recipe_document(const val& document, const val& options) {
    return answered([&]() -> Result<val> {
        const auto given = read_verify_arguments(document, options, kRecipePurpose);
        if (!given) return std::unexpected(given.error());
        const auto recipe =
            verify_recipe(given->document.text(), given->keys, given->now, given->options);
        if (!recipe) return refused(recipe.error());
        val reply = val::object();
        reply.set("recipe", to_json(**recipe));
        reply.set("signature", to_js(recipe->signature()));
        return reply;
    });
}

val verify_manifest_document(const val& document, const val& options) {
    return answered([&]() -> Result<val> {
        const auto given = read_verify_arguments(document, options, kManifestPurpose);
        if (!given) return std::unexpected(given.error());
        const auto manifest =
            verify_manifest(given->document.text(), given->keys, given->now, given->options);
        if (!manifest) return refused(manifest.error());
        if (!options["input"].isUndefined() || !options["output"].isUndefined()) {
            const auto input = InputBytes::copy_of(options["input"]);
            if (!input) return std::unexpected(input.error());
            const auto output = InputBytes::copy_of(options["output"]);
            if (!output) return std::unexpected(output.error());
            const auto checked = check_files(*manifest, input->span(), output->span());
            if (!checked) return refused(checked.error());
        }
        val reply = val::object();
        reply.set("manifest", to_json(**manifest));
        reply.set("signature", to_js(manifest->signature()));
        return reply;
    });
}

val sign_recipe_json(const val& recipe, const val& options) {
    return answered([&]() -> Result<val> {
        const auto json = InputBytes::copy_of(recipe);
        if (!json) return std::unexpected(json.error());
        const auto parsed = parse_recipe(json->text());
        if (!parsed) return std::unexpected(parsed.error());
        const auto terms = read_terms(options);
        if (!terms) return std::unexpected(terms.error());
        const auto key = read_signing_key(options);
        if (!key) return std::unexpected(key.error());
        return document_reply(sign_recipe(*parsed, *key, *terms));
    });
}

val sign_manifest_of(const val& files, const val& options) {
    return answered([&]() -> Result<val> {
        const auto manifest = read_manifest(files);
        if (!manifest) return std::unexpected(manifest.error());
        const auto terms = read_terms(options);
        if (!terms) return std::unexpected(terms.error());
        const auto key = read_signing_key(options);
        if (!key) return std::unexpected(key.error());
        return document_reply(sign_manifest(*manifest, *key, *terms));
    });
}

val verify_file(const val& file, const val& options) {
    return answered([&]() -> Result<val> {
        const auto bytes = InputBytes::copy_of(file);
        if (!bytes) return std::unexpected(bytes.error());
        const auto key = read_verify_key(options);
        if (!key) return std::unexpected(key.error());
        const auto text = InputBytes::copy_of(options["signature"]);
        if (!text) return std::unexpected(text.error());
        const auto signature = security::parse_minisign(text->text());
        if (!signature) return refused(signature.error());
        const auto comment = security::verify_minisign(bytes->span(), *signature, *key);
        if (!comment) return refused(comment.error());
        val reply = val::object();
        reply.set("key_id", security::to_string(key->id()));
        reply.set("trusted_comment", *comment);
        return reply;
    });
}

val sign_file(const val& file, const val& options) {
    return answered([&]() -> Result<val> {
        const auto bytes = InputBytes::copy_of(file);
        if (!bytes) return std::unexpected(bytes.error());
        std::string comment;
        if (auto read = read_text(options, "trusted_comment", comment); !read) {
            return std::unexpected(read.error());
        }
        const auto key = read_signing_key(options);
        if (!key) return std::unexpected(key.error());
        const auto signature = security::sign_minisign(bytes->span(), *key, comment);
        if (!signature) return std::unexpected(signature.error());
        val reply = val::object();
        reply.set("signature", security::to_string(*signature));
        return reply;
    });
}

}  // namespace limpid::wasm
