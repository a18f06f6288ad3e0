#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/choices.hpp"
#include "cli/security/commands.hpp"
#include "cli/security/moment.hpp"
#include "cli/security/output_option.hpp"
#include "limpid/security/api_key.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/secret_source.hpp"
#include "limpid/security/token.hpp"
#include "platform/clock.hpp"
#include "platform/random_source.hpp"

namespace limpid::cli {
namespace {

using security::Secret;

enum class SecretKind { secret, api_key, session, ticket };

constexpr std::array kSecretKinds = {
    Choice<SecretKind>{"secret", SecretKind::secret},
    Choice<SecretKind>{"api-key", SecretKind::api_key},
    Choice<SecretKind>{"session", SecretKind::session},
    Choice<SecretKind>{"ticket", SecretKind::ticket},
};

struct GenerateArguments {
    SecretKind kind = SecretKind::secret;
    std::optional<int> bytes = {};
    security::ApiKeyGrant grant = {};
    std::string subject = {};
    std::optional<std::int64_t> lifetime_s = {};
    OutputOption output = {.privacy = Privacy::secret};
    OutputOption record = {};
};

constexpr int kDefaultBytes = 32;
constexpr std::int64_t kSessionSeconds = 86'400;
constexpr std::int64_t kTicketSeconds = 30;

/// What was generated, and what a server keeps of it; empty for a plain secret.
struct Generated {
    Secret text;
    std::string record = {};
};

Result<Generated> generate_plain(const GenerateArguments& arguments) {
    platform::SystemRandom random;
    auto text = security::generate_secret(
        static_cast<std::size_t>(arguments.bytes.value_or(kDefaultBytes)), random);
    if (!text) return std::unexpected(text.error());
    return Generated{std::move(*text)};
}

Result<Generated> generate_api_key(const GenerateArguments& arguments) {
    platform::SystemRandom random;
    auto issued = security::issue_api_key(arguments.grant, platform::wall_clock(), random);
    if (!issued) return std::unexpected(issued.error());
    return Generated{std::move(issued->text), to_json(issued->record)};
}

/// Keeps the one record that issuing a token stores, for the caller to store elsewhere.
class RecordTaker final : public security::TokenStore {
public:
    Status put(const security::TokenRecord& record, security::UnixSeconds) override {
        record_ = record;
        return {};
    }
    Result<std::optional<security::TokenRecord>> find(const security::TokenHash&) override {
        return std::nullopt;
    }
    Result<std::optional<security::TokenRecord>> take(const security::TokenHash&) override {
        return std::nullopt;
    }
    Status remove_subject(std::string_view) override { return {}; }

    [[nodiscard]] const security::TokenRecord& record() const { return record_; }

private:
    security::TokenRecord record_;
};

std::string to_json(const security::TokenRecord& record) {
    const nlohmann::json object = {
        {"expires_at", record.expires_at.value},
        {"hash", security::encode_hex(record.hash)},
        {"issued_at", record.issued_at.value},
        {"kind", record.kind == security::TokenKind::session ? "session" : "ticket"},
        {"subject", record.subject},
    };
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Generated> generate_token(const GenerateArguments& arguments) {
    const bool session = arguments.kind == SecretKind::session;
    platform::SystemRandom random;
    RecordTaker taker;
    auto text = security::issue_token(
        session ? security::TokenKind::session : security::TokenKind::ticket, arguments.subject,
        arguments.lifetime_s.value_or(session ? kSessionSeconds : kTicketSeconds),
        platform::wall_clock(), random, taker);
    if (!text) return std::unexpected(text.error());
    return Generated{std::move(*text), to_json(taker.record())};
}

Result<Generated> generate(const GenerateArguments& arguments) {
    switch (arguments.kind) {
        case SecretKind::api_key:
            return generate_api_key(arguments);
        case SecretKind::session:
        case SecretKind::ticket:
            return generate_token(arguments);
        case SecretKind::secret:
            break;
    }
    return generate_plain(arguments);
}

Result<Secret> with_line_end(const Secret& text) {
    return Secret::make(text.size() + 1, [&text](std::span<std::byte> line) -> Status {
        std::memcpy(line.data(), text.expose().data(), text.size());
        line.back() = std::byte{'\n'};
        return {};
    });
}

bool grants(const security::ApiKeyGrant& grant) {
    return !grant.scopes.empty() || !grant.path_prefix.empty() || grant.max_pixels != 0 ||
           grant.expires_at;
}

/// An option that says nothing about what is generated is an error, or somebody would believe in a
/// limit that nothing holds.
Status check(const GenerateArguments& arguments) {
    const bool token =
        arguments.kind == SecretKind::session || arguments.kind == SecretKind::ticket;
    if (arguments.bytes && arguments.kind != SecretKind::secret) {
        return fail(ErrorCode::usage_invalid, "--bytes is for --kind secret");
    }
    if (grants(arguments.grant) && arguments.kind != SecretKind::api_key) {
        return fail(ErrorCode::usage_invalid,
                    "--scope, --path-prefix, --max-pixels and --expires are for --kind api-key");
    }
    if ((!arguments.subject.empty() || arguments.lifetime_s) && !token) {
        return fail(ErrorCode::usage_invalid,
                    "--subject and --lifetime are for --kind session and ticket");
    }
    if (arguments.record.path.empty() != (arguments.kind == SecretKind::secret)) {
        return fail(ErrorCode::usage_invalid,
                    "--record takes what a server keeps of an api-key, session or ticket, and "
                    "they need it");
    }
    return {};
}

Status run(GenerateArguments& arguments) {
    if (Status status = check(arguments); !status) return status;
    arguments.record.force = arguments.output.force;
    if (Status status = check_output(arguments.output); !status) return status;
    const bool has_record = !arguments.record.path.empty();
    if (has_record) {
        if (Status status = check_output(arguments.record); !status) return status;
    }
    const auto generated = generate(arguments);
    if (!generated) return std::unexpected(generated.error());
    const auto line = with_line_end(generated->text);
    if (!line) return std::unexpected(line.error());
    // A secret without its record is worth nothing; the other way round nothing is lost.
    if (has_record) {
        if (Status status = write_output(arguments.record, generated->record + "\n"); !status) {
            return status;
        }
    }
    return write_output(arguments.output, line->expose());
}

void add_grant_options(CLI::App& command, const std::shared_ptr<GenerateArguments>& arguments) {
    add_value(command,
              {.names = "--scope",
               .value_name = "NAME",
               .help = "api-key: what it permits, e.g. enhance:read; repeatable",
               .group = "Grant",
               .repeatable = true},
              [arguments](const std::string& text) { arguments->grant.scopes.push_back(text); });
    add_value(command,
              {.names = "--path-prefix",
               .value_name = "PATH",
               .help = "api-key: only this path and those below",
               .group = "Grant"},
              [arguments](const std::string& text) { arguments->grant.path_prefix = text; });
    add_value(command,
              {.names = "--max-pixels",
               .value_name = "N",
               .help = "api-key: most pixels of an image",
               .group = "Grant"},
              [arguments](const std::string& text) {
                  arguments->grant.max_pixels = parse_count("--max-pixels", text);
              });
    add_value(command,
              {.names = "--expires",
               .value_name = "WHEN",
               .help = "api-key: " + std::string(kMomentForms),
               .group = "Grant"},
              [arguments](const std::string& text) {
                  arguments->grant.expires_at = parse_moment("--expires", text);
              });
}

void add_token_options(CLI::App& command, const std::shared_ptr<GenerateArguments>& arguments) {
    add_value(command,
              {.names = "--subject",
               .value_name = "TEXT",
               .help = "session, ticket: whom it stands for",
               .group = "Grant"},
              [arguments](const std::string& text) { arguments->subject = text; });
    add_value(command,
              {.names = "--lifetime",
               .value_name = "TIME",
               .help = "session, ticket: how long it works [24h, 30s]",
               .group = "Grant"},
              [arguments](const std::string& text) {
                  arguments->lifetime_s = parse_duration("--lifetime", text);
              });
}

Command add_generate(CLI::App& family) {
    CLI::App& command = add_command(family, "generate", "make a random secret, API key or token");
    auto arguments = std::make_shared<GenerateArguments>();
    add_value(command,
              {.names = "--kind",
               .value_name = "NAME",
               .help = "secret, api-key, session or ticket",
               .group = "Secret",
               .default_text = "secret"},
              [arguments](const std::string& text) {
                  arguments->kind = parse_choice("--kind", text, kSecretKinds);
              });
    add_value(command,
              {.names = "--bytes",
               .value_name = "N",
               .help = "secret: random bytes, 16 to 1024, written as base64",
               .group = "Secret",
               .default_text = std::to_string(kDefaultBytes)},
              [arguments](const std::string& text) {
                  arguments->bytes = parse_integer("--bytes", text, 16, 1024);
              });
    add_grant_options(command, arguments);
    add_token_options(command, arguments);
    add_output(command, arguments->output, "file to write, mode 0600, or - for standard output",
               "-");
    add_value(command,
              {.names = "--record",
               .value_name = "FILE",
               .help = "what a server keeps: a hash and the grant, no secret",
               .group = "Output"},
              [arguments](const std::string& text) { arguments->record.path = text; });
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace

std::vector<Command> add_secret_commands(CLI::App& program, CommonOptions&) {
    CLI::App& family = add_command_family(program, "secret", "make secrets that cannot be guessed",
                                          kSecurityCommands);
    return {add_generate(family)};
}

}  // namespace limpid::cli
