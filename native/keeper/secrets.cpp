#include "keeper/secrets.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include "platform/key_files.hpp"
#include "platform/machine_id.hpp"
#include "platform/printable.hpp"
#include "platform/signing_key_file.hpp"

namespace limpid::keeper {
namespace {

using security::Secret;

// Who issued or made it decided how hard it is to guess.
constexpr security::SecretStrength kAsItIs{.min_characters = 0};

/// Reads what Secrets is made of, one after the other.
class Reading {
public:
    Reading(const Setup& setup, security::SecretReader& reader, security::RandomSource& random)
        : setup_(setup), reader_(reader), random_(random) {}

    Status read(Secrets& secrets) {
        for (const auto part : {&Reading::read_tokens, &Reading::read_audit_key,
                                &Reading::read_signing_key, &Reading::read_license}) {
            if (Status status = (this->*part)(secrets); !status) return status;
        }
        return {};
    }

private:
    /// Nothing: no source has it.
    Result<std::optional<Secret>> resolve(std::string_view name, const std::string& reference,
                                          security::SecretStrength strength = {}) {
        auto secret = security::resolve_secret(
            {.name = name, .reference = reference, .strength = strength}, reader_, random_);
        if (secret) return std::optional(std::move(secret->value));
        const bool is_absent =
            secret.error().id() == ErrorCode::secret_not_found && reference.empty();
        if (is_absent) return std::nullopt;
        return std::unexpected(std::move(secret).error());
    }

    Status read_tokens(Secrets& secrets) {
        const auto secret = resolve("jwt_secret", setup_.jwt_secret);
        if (!secret) return std::unexpected(secret.error());
        if (*secret) {
            auto key = security::JwsKey::hmac_sha256((*secret)->expose());
            if (!key) return std::unexpected(std::move(key).error());
            secrets.jwt_keys.push_back(*std::move(key));
        }
        if (Status status = read_key_set(secrets); !status) return status;
        if (secrets.jwt_keys.empty()) return {};
        auto policy =
            crypto::access_token_policy(setup_.jwt_issuer, setup_.jwt_audience, setup_.jwt_type);
        if (!policy) return std::unexpected(std::move(policy).error());
        secrets.token_policy = *std::move(policy);
        return {};
    }

    Status read_key_set(Secrets& secrets) {
        if (setup_.jwt_keys_file.empty()) return {};
        const std::string name = platform::printable(setup_.jwt_keys_file);
        const auto file = reader_.read_file(setup_.jwt_keys_file);
        if (!file) return std::unexpected(file.error());
        if (!*file) return fail(ErrorCode::io_unreadable, name);
        auto set = security::parse_jwk_set((*file)->expose_text());
        if (!set) return std::unexpected(std::move(set).error());
        std::ranges::move(set->keys, std::back_inserter(secrets.jwt_keys));
        // A file of which nothing can be used must not open the service to everybody.
        return secrets.jwt_keys.empty() ? fail(ErrorCode::key_none, name) : Status();
    }

    Status read_audit_key(Secrets& secrets) {
        auto key = resolve("audit_key", setup_.audit_key);
        if (!key) return std::unexpected(std::move(key).error());
        secrets.audit_key = *std::move(key);
        return {};
    }

    Status read_signing_key(Secrets& secrets) {
        const auto text = resolve_lines(setup_.signing_key);
        if (!text) return std::unexpected(text.error());
        if (!*text) return {};
        auto password = resolve("signing_key_passphrase", setup_.signing_key_passphrase, kAsItIs);
        if (!password) return std::unexpected(std::move(password).error());
        auto key = platform::parse_signing_key(
            **text, *password ? *std::move(*password) : security::Secret());
        if (!key) return std::unexpected(std::move(key).error());
        secrets.signing_key = *std::move(key);
        return {};
    }

    /// A key file has two lines, which resolve_secret() takes for malformed: the same places.
    Result<std::optional<Secret>> resolve_lines(const std::string& reference) {
        if (!reference.empty()) return follow(reference);
        auto variable = reader_.read_variable("LIMPID_SIGNING_KEY");
        if (!variable || *variable) return variable;
        const auto path = reader_.read_variable("LIMPID_SIGNING_KEY_FILE");
        if (!path) return std::unexpected(path.error());
        if (*path) return follow("file:" + std::string((*path)->expose_text()));
        auto credential = reader_.read_credential("signing_key");
        if (!credential || *credential) return credential;
        return reader_.read_file("/run/secrets/signing_key");
    }

    Result<std::optional<Secret>> follow(const std::string& reference) {
        const auto parsed = security::parse_secret_reference(reference);
        if (!parsed) return std::unexpected(parsed.error());
        using enum security::ReferenceScheme;
        auto secret = parsed->scheme == file  ? reader_.read_file(parsed->target)
                      : parsed->scheme == env ? reader_.read_variable(parsed->target)
                                              : reader_.read_external(*parsed);
        if (secret && !*secret) {
            return fail(ErrorCode::secret_not_found,
                        "signing_key: " + platform::printable(reference));
        }
        return secret;
    }

    Status read_license(Secrets& secrets) {
        const auto text = resolve("license_key", setup_.license_key, kAsItIs);
        if (!text) return std::unexpected(text.error());
        if (!*text) return {};
        const auto issuers = platform::read_verify_keys(issuer_keys());
        if (!issuers) return std::unexpected(issuers.error());
        auto license = security::read_license((*text)->expose_text(), *issuers);
        if (!license) return std::unexpected(std::move(license).error());
        if (!license->fingerprint.empty()) {
            auto own = platform::license_fingerprint(license->product);
            if (!own) return std::unexpected(std::move(own).error());
            secrets.fingerprint = *std::move(own);
        }
        secrets.license = *std::move(license);
        return {};
    }

    [[nodiscard]] std::vector<std::string> issuer_keys() const {
        std::vector<std::string> keys;
        std::string_view rest = setup_.license_issuer_keys;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            if (comma > 0) keys.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
        return keys;
    }

    const Setup& setup_;
    security::SecretReader& reader_;
    security::RandomSource& random_;
};

}  // namespace

Result<Secrets> read_secrets(const Setup& setup, security::SecretReader& reader,
                             security::RandomSource& random) {
    Secrets secrets;
    Reading reading(setup, reader, random);
    if (Status status = reading.read(secrets); !status) {
        return std::unexpected(std::move(status).error());
    }
    return secrets;
}

}  // namespace limpid::keeper
