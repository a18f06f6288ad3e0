#pragma once

#include <string>

#include "cli/parser.hpp"
#include "limpid/error.hpp"

namespace limpid::cli {

/// What a value is sealed with, and where it belongs.
struct SealingOption {
    std::string keyring_reference = {};
    std::string passphrase_reference = {};
    std::string purpose = "file";
    std::string name = {};
};

/// --keyring, --passphrase, --purpose, --name.
void add_sealing_options(CLI::App& command, SealingOption& option);

/// Exactly one of keyring and passphrase must be given, and not as what `input` is.
/// @return usage.invalid.
[[nodiscard]] Status check_sealing(const SealingOption& option, const std::string& input);

/// Fewest characters of a passphrase that something new is sealed with.
inline constexpr int kMinPassphraseCharacters = 12;

}  // namespace limpid::cli
