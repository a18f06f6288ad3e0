#include <memory>
#include <string>

#include "cli/security/commands.hpp"
#include "cli/security/output_option.hpp"
#include "cli/security/references.hpp"
#include "cli/security/sealing_option.hpp"
#include "limpid/security/seal.hpp"
#include "platform/random_source.hpp"
#include "platform/read_secret.hpp"

namespace limpid::cli {
namespace {

struct SealArguments {
    std::string input = {};
    SealingOption sealing = {};
    OutputOption output = {};
};

Result<std::string> sealed_with_keyring(const SealArguments& arguments) {
    const auto ring = read_keyring(arguments.sealing.keyring_reference);
    if (!ring) return std::unexpected(ring.error());
    const auto plaintext = platform::read_secret(arguments.input);
    if (!plaintext) return std::unexpected(plaintext.error());
    platform::SystemRandom random;
    return security::seal(*ring, {arguments.sealing.purpose, arguments.sealing.name},
                          plaintext->expose(), random);
}

Result<std::string> sealed_with_passphrase(const SealArguments& arguments) {
    const auto passphrase =
        read_passphrase(arguments.sealing.passphrase_reference, kMinPassphraseCharacters);
    if (!passphrase) return std::unexpected(passphrase.error());
    const auto plaintext = platform::read_secret(arguments.input);
    if (!plaintext) return std::unexpected(plaintext.error());
    platform::SystemRandom random;
    return security::seal_with_passphrase(*passphrase,
                                          {arguments.sealing.purpose, arguments.sealing.name},
                                          plaintext->expose(), {}, random);
}

Status run(const SealArguments& arguments) {
    if (Status status = check_sealing(arguments.sealing, arguments.input); !status) return status;
    if (Status status = check_output(arguments.output); !status) return status;
    const auto sealed = arguments.sealing.keyring_reference.empty()
                            ? sealed_with_passphrase(arguments)
                            : sealed_with_keyring(arguments);
    if (!sealed) return std::unexpected(sealed.error());
    return write_output(arguments.output, *sealed + "\n");
}

}  // namespace

Command add_seal_command(CLI::App& program, CommonOptions&) {
    CLI::App& command =
        add_command(program, "seal", "encrypt a secret, bound to its name", kSecurityCommands);
    auto arguments = std::make_shared<SealArguments>();
    add_argument(command, "IN", arguments->input,
                 "file that holds the secret, up to 1 MiB, or - for standard\ninput");
    add_sealing_options(command, arguments->sealing);
    add_output(command, arguments->output, "file to write, or - for standard output", "-");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
