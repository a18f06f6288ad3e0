#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cli/parser.hpp"
#include "limpid/error.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/trusted_keys.hpp"

// Secrets reach a command by reference only: file:PATH, env:NAME or fd:NUMBER. No message holds
// what a reference gave, nor what was written in the place of one.
namespace limpid::cli {

/// An option that takes a reference. Anything else ends parsing, before any file is looked at, with
/// secret.literal_refused or secret.malformed_reference.
/// @param option  without value_name.
void add_reference(CLI::App& command, ValueOption option, std::string& target);

/// Standard input can be one thing: what is read second would be empty, and signed or sealed.
/// @param readers  paths and references; "-" and "fd:0" read it. @return usage.invalid.
[[nodiscard]] Status check_standard_input_once(std::initializer_list<std::string_view> readers);

/// The bytes a reference leads to, as they are.
/// @return secret.literal_refused | secret.malformed_reference | secret.unsupported_reference |
///         secret.not_found | secret.unavailable | secret.exposed | run.cancelled.
[[nodiscard]] Result<security::Secret> read_reference(const std::string& reference);

/// A line of text a reference leads to, white space at its ends dropped.
/// @param min_characters  0: somebody else chose it, take it as it is. @return also secret.empty,
///                        secret.malformed, secret.too_weak.
[[nodiscard]] Result<security::Secret> read_passphrase(const std::string& reference,
                                                       std::size_t min_characters);

/// A keyring. @return also keyring.malformed.
[[nodiscard]] Result<security::Keyring> read_keyring(const std::string& reference);

/// --key and --key-password, or what else they are called.
struct SigningKeyOption {
    std::string reference = {};
    std::string password_reference = {};
};
void add_signing_key(CLI::App& command, SigningKeyOption& option, const std::string& name,
                     bool required);

/// A minisign or signify secret key. @return also key.malformed, key.wrong_password.
[[nodiscard]] Result<security::SigningKey> read_signing_key(const SigningKeyOption& option);

/// A repeatable option for public keys: the text of one, or a file that holds one.
void add_verify_keys(CLI::App& command, std::vector<std::string>& keys, const std::string& name,
                     const std::string& help, bool required);

/// @return key.none when there is none; key.malformed naming the file; io.unreadable.
[[nodiscard]] Result<std::vector<security::VerifyKey>> read_verify_keys(
    const std::vector<std::string>& keys);

/// As read_verify_keys(), believed for one purpose.
[[nodiscard]] Result<security::TrustedKeys> read_trusted_keys(const std::vector<std::string>& keys,
                                                              std::string_view purpose);

}  // namespace limpid::cli
