#include "cli/security/references.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/choices.hpp"
#include "limpid/security/secret_source.hpp"
#include "platform/key_files.hpp"
#include "platform/printable.hpp"
#include "platform/random_source.hpp"
#include "platform/read_file.hpp"
#include "platform/secret_reader.hpp"
#include "platform/signing_key_file.hpp"

namespace limpid::cli {
namespace {

using security::Secret;
using security::SigningKey;
using security::VerifyKey;

Result<std::optional<Secret>> follow(const security::SecretReference& reference,
                                     platform::SystemSecretReader& reader) {
    switch (reference.scheme) {
        case security::ReferenceScheme::file:
            return reader.read_file(reference.target);
        case security::ReferenceScheme::env:
            return reader.read_variable(reference.target);
        case security::ReferenceScheme::fd:
            return reader.read_descriptor(std::stoi(reference.target));
        case security::ReferenceScheme::vault:
        case security::ReferenceScheme::aws_sm:
            break;
    }
    return reader.read_external(reference);
}

}  // namespace

void add_reference(CLI::App& command, ValueOption option, std::string& target) {
    option.value_name = "REF";
    add_value(command, option, [&target](const std::string& text) {
        const auto parsed = security::parse_secret_reference(text);
        if (!parsed) throw ValueError(parsed.error().found(), parsed.error().id());
        target = text;
    });
}

Status check_standard_input_once(std::initializer_list<std::string_view> readers) {
    const auto count = std::ranges::count_if(readers, [](std::string_view reader) {
        return reader == platform::kStandardStream || reader == "fd:0";
    });
    if (count <= 1) return {};
    return fail(ErrorCode::usage_invalid,
                "standard input is wanted for more than one thing, as - or fd:0");
}

Result<Secret> read_reference(const std::string& reference) {
    const auto parsed = security::parse_secret_reference(reference);
    if (!parsed) return std::unexpected(parsed.error());
    platform::SystemSecretReader reader;
    auto secret = follow(*parsed, reader);
    if (!secret) return std::unexpected(std::move(secret).error());
    if (!*secret) return fail(ErrorCode::secret_not_found, platform::printable(reference));
    return std::move(**secret);
}

Result<Secret> read_passphrase(const std::string& reference, std::size_t min_characters) {
    platform::SystemSecretReader reader;
    platform::SystemRandom random;
    auto resolved = security::resolve_secret({.name = "passphrase",
                                              .reference = reference,
                                              .strength = {.min_characters = min_characters}},
                                             reader, random);
    if (!resolved) return std::unexpected(std::move(resolved).error());
    return std::move(resolved->value);
}

Result<security::Keyring> read_keyring(const std::string& reference) {
    const auto text = read_reference(reference);
    if (!text) return std::unexpected(text.error());
    return security::Keyring::parse(*text);
}

void add_signing_key(CLI::App& command, SigningKeyOption& option, const std::string& name,
                     bool required) {
    add_reference(command,
                  {.names = name,
                   .help = "secret key of minisign or signify: file:PATH, env:NAME\n"
                           "or fd:NUMBER",
                   .group = "Keys",
                   .required = required},
                  option.reference);
    add_reference(command,
                  {.names = name + "-password",
                   .help = "its password, if it has one: a reference as well",
                   .group = "Keys"},
                  option.password_reference);
}

Result<SigningKey> read_signing_key(const SigningKeyOption& option) {
    const auto text = read_reference(option.reference);
    if (!text) return std::unexpected(text.error());
    Secret password;
    if (!option.password_reference.empty()) {
        auto read = read_passphrase(option.password_reference, 0);
        if (!read) return std::unexpected(read.error());
        password = std::move(*read);
    }
    return platform::parse_signing_key(*text, password);
}

void add_verify_keys(CLI::App& command, std::vector<std::string>& keys, const std::string& name,
                     const std::string& help, bool required) {
    add_value(command,
              {.names = name,
               .value_name = "KEY",
               .help = help,
               .group = "Keys",
               .required = required,
               .repeatable = true},
              [&keys](const std::string& text) { keys.push_back(text); });
}

Result<std::vector<VerifyKey>> read_verify_keys(const std::vector<std::string>& keys) {
    return platform::read_verify_keys(keys);
}

Result<security::TrustedKeys> read_trusted_keys(const std::vector<std::string>& keys,
                                                std::string_view purpose) {
    const auto read = read_verify_keys(keys);
    if (!read) return std::unexpected(read.error());
    security::TrustedKeys trusted;
    for (const VerifyKey& key : *read) {
        if (Status status = trusted.add(key, {std::string(purpose)}); !status) {
            return std::unexpected(status.error());
        }
    }
    return trusted;
}

}  // namespace limpid::cli
