#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/choices.hpp"
#include "cli/recipe_file.hpp"
#include "cli/security/commands.hpp"
#include "cli/security/moment.hpp"
#include "cli/security/output_option.hpp"
#include "cli/security/references.hpp"
#include "cli/security/signature_form.hpp"
#include "limpid/manifest.hpp"
#include "limpid/security/signing_files.hpp"
#include "limpid/signed_recipe.hpp"
#include "platform/clock.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::cli {
namespace {

using security::SigningKey;

struct SignArguments {
    CommonOptions& common;
    std::string input = {};
    SignatureForm form = SignatureForm::minisign;
    SigningKeyOption key = {};
    std::optional<security::UnixSeconds> expires_at = {};
    std::optional<std::uint64_t> counter = {};
    std::string comment = {};
    OutputOption output = {};
};

bool is_document(SignatureForm form) {
    return form == SignatureForm::recipe || form == SignatureForm::manifest;
}

security::SigningTerms terms_of(const SignArguments& arguments) {
    return {.issued_at = platform::wall_clock(),
            .expires_at = arguments.expires_at,
            .counter = arguments.counter};
}

std::string name_of(const std::string& path) {
    if (path == platform::kStandardStream) return "-";
    return platform::printable(path.substr(path.rfind('/') + 1));
}

/// As minisign writes it.
std::string default_comment(const SignArguments& arguments) {
    return "timestamp:" + std::to_string(platform::wall_clock().value) +
           "\tfile:" + name_of(arguments.input) + "\thashed";
}

Result<std::string> sign_for_minisign(const SignArguments& arguments, const SigningKey& key) {
    security::MinisignDigest digest;
    const Status status = platform::read_pieces(
        arguments.input, [&digest](security::Bytes piece) { digest.update(piece); });
    if (!status) return std::unexpected(status.error());
    const auto signature = security::sign_minisign(
        std::move(digest), key,
        arguments.comment.empty() ? default_comment(arguments) : arguments.comment);
    if (!signature) return std::unexpected(signature.error());
    return to_string(*signature);
}

Result<std::string> sign_for_signify(const SignArguments& arguments, const SigningKey& key) {
    const std::uint64_t most = arguments.common.limits.max_file_bytes;
    const auto file =
        platform::read_file(arguments.input, {most, "max_file_bytes", ErrorCode::io_unreadable});
    if (!file) return std::unexpected(file.error());
    const std::string comment = arguments.comment.empty()
                                    ? "signature from limpid key " + to_string(key.id())
                                    : arguments.comment;
    return to_string(security::sign_signify(file->span(), key, comment));
}

Result<std::string> sign_manifest_file(const SignArguments& arguments, const SigningKey& key) {
    const auto text = platform::read_file(
        arguments.input,
        {security::kMaxDocumentBytes, "the largest manifest", ErrorCode::manifest_malformed});
    if (!text) return std::unexpected(text.error());
    const std::string_view json(reinterpret_cast<const char*>(text->data()), text->size());
    const auto manifest = parse_manifest(json, arguments.common.limits);
    if (!manifest) return std::unexpected(manifest.error());
    return sign_manifest(*manifest, key, terms_of(arguments));
}

Result<std::string> signed_text(const SignArguments& arguments, const SigningKey& key) {
    switch (arguments.form) {
        case SignatureForm::minisign:
            return sign_for_minisign(arguments, key);
        case SignatureForm::signify:
            return sign_for_signify(arguments, key);
        case SignatureForm::manifest:
            return sign_manifest_file(arguments, key);
        case SignatureForm::recipe:
            break;
    }
    const auto recipe = load_recipe(arguments.input, arguments.common.limits);
    if (!recipe) return std::unexpected(recipe.error());
    return sign_recipe(*recipe, key, terms_of(arguments));
}

/// What an option cannot do for the chosen form is an error: nobody may believe in an expiry that
/// was not signed.
Status check(SignArguments& arguments) {
    if (is_document(arguments.form)) {
        if (!arguments.comment.empty()) {
            return fail(ErrorCode::usage_invalid, "--comment is for minisign and signify");
        }
    } else if (arguments.expires_at || arguments.counter) {
        return fail(ErrorCode::usage_invalid,
                    "--expires and --counter are for recipes and manifests");
    }
    if (Status status = check_standard_input_once(
            {arguments.input, arguments.key.reference, arguments.key.password_reference});
        !status) {
        return status;
    }
    if (arguments.output.path.empty()) {
        const bool inside = is_document(arguments.form);
        const bool piped = arguments.input == platform::kStandardStream;
        arguments.output.path = inside || piped ? std::string(platform::kStandardStream)
                                                : signature_path(arguments.input, arguments.form);
    }
    return check_output(arguments.output);
}

Status run(SignArguments& arguments) {
    if (Status status = check(arguments); !status) return status;
    const auto key = read_signing_key(arguments.key);
    if (!key) return std::unexpected(key.error());
    auto text = signed_text(arguments, *key);
    if (!text) return std::unexpected(text.error());
    if (!text->ends_with('\n')) *text += '\n';
    return write_output(arguments.output, *text);
}

void add_terms(CLI::App& command, SignArguments& arguments) {
    add_value(
        command,
        {.names = "--expires",
         .value_name = "WHEN",
         .help = "refused from then on; recipes and manifests only:\n" + std::string(kMomentForms),
         .group = "Signature"},
        [&arguments](const std::string& text) {
            arguments.expires_at = parse_moment("--expires", text);
        });
    add_value(command,
              {.names = "--counter",
               .value_name = "N",
               .help = "higher for every newer version of the same recipe or\n"
                       "manifest, for verify --min-counter",
               .group = "Signature"},
              [&arguments](const std::string& text) {
                  arguments.counter = parse_count("--counter", text);
              });
    add_value(command,
              {.names = "--comment",
               .value_name = "TEXT",
               .help = "minisign: signed with the file; signify: not protected",
               .group = "Signature"},
              [&arguments](const std::string& text) { arguments.comment = text; });
}

}  // namespace

Command add_sign_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command =
        add_command(program, "sign", "sign a file, a recipe or a manifest", kSecurityCommands);
    auto arguments = std::make_shared<SignArguments>(SignArguments{.common = common});
    add_argument(command, "IN", arguments->input, "file to sign, or - for standard input");
    add_value(command,
              {.names = "--as",
               .value_name = "FORM",
               .help = "minisign or signify: a signature file for any file;\n"
                       "recipe or manifest: one JSON text with its signature",
               .group = "Signature",
               .default_text = "minisign"},
              [arguments](const std::string& text) {
                  arguments->form = parse_choice("--as", text, kSignatureForms);
              });
    add_terms(command, *arguments);
    add_signing_key(command, arguments->key, "--key", true);
    add_output(command, arguments->output,
               "file to write, or - for standard output\n"
               "[IN.minisig, IN.sig; - for recipes and manifests]",
               {});
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
