#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/choices.hpp"
#include "cli/security/commands.hpp"
#include "cli/security/findings.hpp"
#include "cli/security/moment.hpp"
#include "cli/security/references.hpp"
#include "cli/security/signature_form.hpp"
#include "limpid/manifest.hpp"
#include "limpid/security/signature_files.hpp"
#include "limpid/signed_recipe.hpp"
#include "platform/clock.hpp"
#include "platform/read_file.hpp"

namespace limpid::cli {
namespace {

using security::SignatureInfo;
using security::VerifyKey;

struct VerifyArguments {
    CommonOptions& common;
    std::string input = {};
    SignatureForm form = SignatureForm::minisign;
    std::string signature = {};
    std::vector<std::string> keys = {};
    std::optional<security::UnixSeconds> at = {};
    std::optional<std::int64_t> leeway_s = {};
    std::optional<std::uint64_t> min_counter = {};
    std::string original = {};
    std::string result = {};
};

Result<std::string> read_text(const std::string& path, std::uint64_t most, ErrorCode too_large) {
    const auto bytes = platform::read_file(path, {most, "the largest", too_large});
    if (!bytes) return std::unexpected(bytes.error());
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Result<std::string> read_signature(const VerifyArguments& arguments) {
    constexpr std::uint64_t kMaxBytes = 3 * security::kMaxCommentBytes;
    const std::string path = arguments.signature.empty()
                                 ? signature_path(arguments.input, arguments.form)
                                 : arguments.signature;
    return read_text(path, kMaxBytes, ErrorCode::signature_malformed);
}

Result<VerifyKey> key_of(const std::vector<VerifyKey>& keys, const security::KeyId& id) {
    for (const VerifyKey& key : keys) {
        if (key.id() == id) return key;
    }
    return fail(ErrorCode::signature_unknown_key, "key " + to_string(id));
}

Result<ByteBuffer> read_whole(const VerifyArguments& arguments, const std::string& path) {
    return platform::read_file(
        path, {arguments.common.limits.max_file_bytes, "max_file_bytes", ErrorCode::io_unreadable});
}

/// @return the trusted comment.
Result<std::string> check_minisign(const VerifyArguments& arguments,
                                   const security::MinisignSignature& signature,
                                   const VerifyKey& key) {
    if (!signature.prehashed) {
        const auto file = read_whole(arguments, arguments.input);
        if (!file) return std::unexpected(file.error());
        return security::verify_minisign(file->span(), signature, key);
    }
    security::MinisignDigest digest;
    const Status status = platform::read_pieces(
        arguments.input, [&digest](security::Bytes piece) { digest.update(piece); });
    if (!status) return std::unexpected(status.error());
    return security::verify_minisign(std::move(digest), signature, key);
}

Result<Findings> prove_minisign(const VerifyArguments& arguments) {
    const auto keys = read_verify_keys(arguments.keys);
    if (!keys) return std::unexpected(keys.error());
    const auto text = read_signature(arguments);
    if (!text) return std::unexpected(text.error());
    const auto signature = security::parse_minisign(*text);
    if (!signature) return std::unexpected(signature.error());
    const auto key = key_of(*keys, signature->key_id);
    if (!key) return std::unexpected(key.error());
    const auto comment = check_minisign(arguments, *signature, *key);
    if (!comment) return std::unexpected(comment.error());
    Findings proven;
    proven.add("verified", "file, by minisign");
    proven.add("key_id", to_string(key->id()));
    proven.add("trusted_comment", *comment);
    return proven;
}

Result<Findings> prove_signify(const VerifyArguments& arguments) {
    const auto keys = read_verify_keys(arguments.keys);
    if (!keys) return std::unexpected(keys.error());
    const auto text = read_signature(arguments);
    if (!text) return std::unexpected(text.error());
    const auto signature = security::parse_signify(*text);
    if (!signature) return std::unexpected(signature.error());
    const auto key = key_of(*keys, signature->key_id);
    if (!key) return std::unexpected(key.error());
    const auto file = read_whole(arguments, arguments.input);
    if (!file) return std::unexpected(file.error());
    if (Status status = security::verify_signify(file->span(), *signature, *key); !status) {
        return std::unexpected(status.error());
    }
    Findings proven;
    proven.add("verified", "file, by signify");
    proven.add("key_id", to_string(key->id()));
    return proven;
}

Findings proven_by(const SignatureInfo& info, std::string_view what) {
    Findings proven;
    proven.add("verified", std::string(what));
    proven.add("key_id", to_string(info.key_id));
    proven.add("purpose", info.purpose);
    proven.add("issued_at", to_rfc3339(info.issued_at));
    proven.add("expires_at", info.expires_at ? nlohmann::json(to_rfc3339(*info.expires_at))
                                             : nlohmann::json(nullptr));
    proven.add("counter", info.counter ? nlohmann::json(*info.counter) : nlohmann::json(nullptr));
    return proven;
}

SignedOptions options_of(const VerifyArguments& arguments) {
    return {.leeway_s = arguments.leeway_s.value_or(SignedOptions{}.leeway_s),
            .min_counter = arguments.min_counter,
            .limits = arguments.common.limits};
}

security::UnixSeconds time_of(const VerifyArguments& arguments) {
    return arguments.at.value_or(platform::wall_clock());
}

Result<Findings> prove_recipe(const VerifyArguments& arguments) {
    const auto keys = read_trusted_keys(arguments.keys, kRecipePurpose);
    if (!keys) return std::unexpected(keys.error());
    const auto text =
        read_text(arguments.input, security::kMaxDocumentBytes, ErrorCode::signature_malformed);
    if (!text) return std::unexpected(text.error());
    const auto recipe = verify_recipe(*text, *keys, time_of(arguments), options_of(arguments));
    if (!recipe) return std::unexpected(recipe.error());
    return proven_by(recipe->signature(), "recipe");
}

Status compare_files(const VerifyArguments& arguments,
                     const security::Verified<Manifest>& manifest) {
    const auto original = read_whole(arguments, arguments.original);
    if (!original) return std::unexpected(original.error());
    const auto result = read_whole(arguments, arguments.result);
    if (!result) return std::unexpected(result.error());
    return check_files(manifest, original->span(), result->span());
}

Result<Findings> prove_manifest(const VerifyArguments& arguments) {
    const auto keys = read_trusted_keys(arguments.keys, kManifestPurpose);
    if (!keys) return std::unexpected(keys.error());
    const auto text =
        read_text(arguments.input, security::kMaxDocumentBytes, ErrorCode::signature_malformed);
    if (!text) return std::unexpected(text.error());
    const auto manifest = verify_manifest(*text, *keys, time_of(arguments), options_of(arguments));
    if (!manifest) return std::unexpected(manifest.error());
    const bool compared = !arguments.original.empty();
    if (compared) {
        if (Status status = compare_files(arguments, *manifest); !status) {
            return std::unexpected(status.error());
        }
    }
    Findings proven = proven_by(manifest->signature(), "manifest");
    proven.add("input_sha256", to_hex((*manifest)->input.sha256));
    proven.add("output_sha256", to_hex((*manifest)->output.sha256));
    proven.add("created_at", to_rfc3339((*manifest)->created_at));
    proven.add("library_version", (*manifest)->library_version);
    proven.add("files_compared", compared);
    return proven;
}

Result<Findings> prove(const VerifyArguments& arguments) {
    switch (arguments.form) {
        case SignatureForm::minisign:
            return prove_minisign(arguments);
        case SignatureForm::signify:
            return prove_signify(arguments);
        case SignatureForm::manifest:
            return prove_manifest(arguments);
        case SignatureForm::recipe:
            break;
    }
    return prove_recipe(arguments);
}

/// An option that would not be obeyed is an error, or it would seem to have been checked.
Status check(const VerifyArguments& arguments) {
    const bool document =
        arguments.form == SignatureForm::recipe || arguments.form == SignatureForm::manifest;
    const bool timed = arguments.at || arguments.leeway_s || arguments.min_counter;
    if (document ? !arguments.signature.empty() : timed) {
        return fail(ErrorCode::usage_invalid,
                    "--signature is for minisign and signify; --at, --leeway and --min-counter are "
                    "for recipes and manifests");
    }
    if (arguments.original.empty() != arguments.result.empty()) {
        return fail(ErrorCode::usage_invalid, "--original and --result belong together");
    }
    if (!arguments.original.empty() && arguments.form != SignatureForm::manifest) {
        return fail(ErrorCode::usage_invalid, "--original and --result are for manifests");
    }
    if (Status status = check_standard_input_once(
            {arguments.input, arguments.signature, arguments.original, arguments.result});
        !status) {
        return status;
    }
    if (!document && arguments.signature.empty() && arguments.input == platform::kStandardStream) {
        return fail(ErrorCode::usage_invalid,
                    "IN is -: say with --signature where the signature is");
    }
    return {};
}

Status run(const VerifyArguments& arguments) {
    if (Status status = check(arguments); !status) return status;
    const auto proven = prove(arguments);
    if (!proven) return std::unexpected(proven.error());
    return proven->print(arguments.common.json);
}

void add_companion(CLI::App& command, std::string& target, const char* names, const char* help) {
    add_value(command, {.names = names, .value_name = "FILE", .help = help, .group = "Signature"},
              [&target](const std::string& text) { target = text; });
}

void add_terms(CLI::App& command, VerifyArguments& arguments) {
    add_value(command,
              {.names = "--min-counter",
               .value_name = "N",
               .help = "refuse a recipe or manifest that is older than this",
               .group = "Signature"},
              [&arguments](const std::string& text) {
                  arguments.min_counter = parse_count("--min-counter", text);
              });
    add_value(command,
              {.names = "--at",
               .value_name = "WHEN",
               .help = "judge recipes and manifests as of then instead of now:\n" +
                       std::string(kMomentForms),
               .group = "Signature"},
              [&arguments](const std::string& text) { arguments.at = parse_moment("--at", text); });
    add_value(command,
              {.names = "--leeway",
               .value_name = "TIME",
               .help = "how far the clocks may differ, up to 24h",
               .group = "Signature",
               .default_text = "60s"},
              [&arguments](const std::string& text) {
                  arguments.leeway_s = parse_duration("--leeway", text);
              });
}

}  // namespace

Command add_verify_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command =
        add_command(program, "verify", "say whether a signature is genuine, and what it proves",
                    kSecurityCommands);
    auto arguments = std::make_shared<VerifyArguments>(VerifyArguments{.common = common});
    add_argument(command, "IN", arguments->input, "what was signed, or - for standard input");
    add_value(command,
              {.names = "--as",
               .value_name = "FORM",
               .help = "minisign, signify, recipe or manifest, see limpid sign",
               .group = "Signature",
               .default_text = "minisign"},
              [arguments](const std::string& text) {
                  arguments->form = parse_choice("--as", text, kSignatureForms);
              });
    add_companion(command, arguments->signature, "--signature",
                  "the signature file [IN.minisig, IN.sig]");
    add_companion(command, arguments->original, "--original",
                  "the photo a manifest says was enhanced, to compare");
    add_companion(command, arguments->result, "--result", "the photo it says came out, to compare");
    add_terms(command, *arguments);
    add_verify_keys(command, arguments->keys, "--trusted-key",
                    "public key that is believed: its text or a file; repeatable", true);
    add_switch(command, "--json", common.json, "print a JSON object instead of words", "Output");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
