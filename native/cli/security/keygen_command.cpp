#include <array>
#include <memory>
#include <string>

#include "cli/choices.hpp"
#include "cli/security/commands.hpp"
#include "cli/security/findings.hpp"
#include "cli/security/output_option.hpp"
#include "limpid/security/signature_files.hpp"
#include "limpid/security/signing_files.hpp"
#include "limpid/security/signing_key.hpp"
#include "platform/random_source.hpp"
#include "platform/read_file.hpp"

namespace limpid::cli {
namespace {

enum class KeyFormat { minisign, signify };

constexpr std::array kKeyFormats = {
    Choice<KeyFormat>{"minisign", KeyFormat::minisign},
    Choice<KeyFormat>{"signify", KeyFormat::signify},
};

struct KeygenArguments {
    CommonOptions& common;
    KeyFormat format = KeyFormat::minisign;
    std::string comment = {};
    OutputOption secret = {.privacy = Privacy::secret};
    OutputOption open = {};
};

/// release.key, release.sec -> release.pub; release -> release.pub
std::string beside(const std::string& secret_path) {
    std::string path = secret_path;
    if (path.ends_with(".key") || path.ends_with(".sec")) path.resize(path.size() - 4);
    return path + ".pub";
}

Status choose_outputs(KeygenArguments& arguments) {
    if (arguments.secret.path == platform::kStandardStream) {
        return fail(ErrorCode::usage_invalid,
                    "-o names a file here: the public key is written beside it");
    }
    if (arguments.open.path.empty()) arguments.open.path = beside(arguments.secret.path);
    if (arguments.open.path == arguments.secret.path) {
        return fail(ErrorCode::usage_invalid, "-o and --public name the same file");
    }
    arguments.open.force = arguments.secret.force;
    if (Status status = check_output(arguments.secret); !status) return status;
    return check_output(arguments.open);
}

Result<security::Secret> secret_file(const KeygenArguments& arguments,
                                     const security::SigningKey& key, const std::string& comment) {
    return arguments.format == KeyFormat::minisign
               ? security::minisign_secret_key_file(key, comment)
               : security::signify_secret_key_file(key, comment);
}

Status write_files(const KeygenArguments& arguments, const security::SigningKey& key) {
    const std::string id = to_string(key.id());
    const bool given = !arguments.comment.empty();
    const auto secret =
        secret_file(arguments, key, given ? arguments.comment : "limpid secret key " + id);
    if (!secret) return std::unexpected(secret.error());
    const auto open = security::public_key_file(
        key.verify_key(), given ? arguments.comment : "limpid public key " + id);
    if (!open) return std::unexpected(open.error());
    if (Status status = write_output(arguments.secret, secret->expose()); !status) return status;
    return write_output(arguments.open, *open);
}

Status run(KeygenArguments& arguments) {
    if (Status status = choose_outputs(arguments); !status) return status;
    platform::SystemRandom random;
    const auto key = security::SigningKey::generate(random);
    if (!key) return std::unexpected(key.error());
    if (Status status = write_files(arguments, *key); !status) return status;
    Findings made;
    made.add("key_id", to_string(key->id()));
    made.add("public_key", to_string(key->verify_key()));
    made.add("public_file", arguments.open.path);
    made.add("secret_file", arguments.secret.path);
    return made.print(arguments.common.json);
}

}  // namespace

Command add_keygen_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command =
        add_command(program, "keygen", "make an Ed25519 key pair to sign with", kSecurityCommands);
    auto arguments = std::make_shared<KeygenArguments>(KeygenArguments{.common = common});
    add_value(command,
              {.names = "--format",
               .value_name = "NAME",
               .help = "minisign or signify: the form of the secret key file;\n"
                       "public keys have one form",
               .group = "Keys",
               .default_text = "minisign"},
              [arguments](const std::string& text) {
                  arguments->format = parse_choice("--format", text, kKeyFormats);
              });
    add_value(command,
              {.names = "--comment",
               .value_name = "TEXT",
               .help = "first line of both files; nothing protects it",
               .group = "Keys"},
              [arguments](const std::string& text) { arguments->comment = text; });
    add_value(command,
              {.names = "-o,--output",
               .value_name = "OUT",
               .help = "file to write the secret key to, mode 0600",
               .group = "Output",
               .required = true},
              [arguments](const std::string& text) { arguments->secret.path = text; });
    add_value(command,
              {.names = "--public",
               .value_name = "FILE",
               .help = "file for the public key [OUT with .pub in place of .key\n"
                       "or .sec, or behind it]",
               .group = "Output"},
              [arguments](const std::string& text) { arguments->open.path = text; });
    add_switch(command, "--force", arguments->secret.force, "replace the files if they exist",
               "Output");
    add_switch(command, "--json", common.json, "print a JSON object instead of words", "Output");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
