#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cli/security/commands.hpp"
#include "cli/security/output_option.hpp"
#include "cli/security/references.hpp"
#include "cli/security/sealing_option.hpp"
#include "limpid/security/seal.hpp"
#include "platform/clock.hpp"
#include "platform/read_file.hpp"

namespace limpid::cli {
namespace {

// Base64 of the largest secret, and what stands before it.
constexpr std::uint64_t kMaxSealedBytes = 2 * security::Secret::kMaxBytes;

struct UnsealArguments {
    std::string input = {};
    SealingOption sealing = {};
    OutputOption output = {.privacy = Privacy::secret};
};

Result<security::Secret> open(const UnsealArguments& arguments, std::string_view sealed) {
    const SealingOption& sealing = arguments.sealing;
    const security::RecordName record{sealing.purpose, sealing.name};
    const auto key_id = security::sealing_key_id(sealed);
    if (!key_id) return std::unexpected(key_id.error());
    const bool by_passphrase = key_id->empty();
    if (by_passphrase != sealing.keyring_reference.empty()) {
        return fail(ErrorCode::usage_invalid, by_passphrase
                                                  ? "it was sealed with a passphrase: --passphrase"
                                                  : "it was sealed with a keyring: --keyring");
    }
    if (by_passphrase) {
        const auto passphrase = read_passphrase(sealing.passphrase_reference, 0);
        if (!passphrase) return std::unexpected(passphrase.error());
        return security::unseal_with_passphrase(*passphrase, record, sealed);
    }
    const auto ring = read_keyring(sealing.keyring_reference);
    if (!ring) return std::unexpected(ring.error());
    return security::unseal(*ring, record, sealed, platform::wall_clock());
}

Status run(const UnsealArguments& arguments) {
    if (Status status = check_sealing(arguments.sealing, arguments.input); !status) return status;
    if (Status status = check_output(arguments.output); !status) return status;
    const auto file = platform::read_file(
        arguments.input, {kMaxSealedBytes, "the largest", ErrorCode::sealed_malformed});
    if (!file) return std::unexpected(file.error());
    std::string_view sealed(reinterpret_cast<const char*>(file->data()), file->size());
    if (sealed.ends_with('\n')) sealed.remove_suffix(1);
    const auto secret = open(arguments, sealed);
    if (!secret) return std::unexpected(secret.error());
    return write_output(arguments.output, secret->expose());
}

}  // namespace

Command add_unseal_command(CLI::App& program, CommonOptions&) {
    CLI::App& command =
        add_command(program, "unseal", "decrypt what seal wrote", kSecurityCommands);
    auto arguments = std::make_shared<UnsealArguments>();
    add_argument(command, "IN", arguments->input, "sealed file, or - for standard input");
    add_sealing_options(command, arguments->sealing);
    add_output(command, arguments->output, "file to write, mode 0600, or - for standard output",
               "-");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
