#include "keeper/protocol.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "keeper/message.hpp"
#include "limpid/security/json.hpp"
#include "platform/printable.hpp"
#include "worker/fields.hpp"

namespace limpid::keeper {
namespace {

using Json = nlohmann::json;
using worker::Fields;

/// Longer texts of errors are cut.
constexpr std::size_t kMaxFoundBytes = 1024;

constexpr std::array kSetupTexts = {
    std::pair("version", &Setup::version),
    std::pair("jwt_secret", &Setup::jwt_secret),
    std::pair("audit_key", &Setup::audit_key),
    std::pair("signing_key", &Setup::signing_key),
    std::pair("signing_key_passphrase", &Setup::signing_key_passphrase),
    std::pair("license_key", &Setup::license_key),
    std::pair("jwt_keys_file", &Setup::jwt_keys_file),
    std::pair("jwt_issuer", &Setup::jwt_issuer),
    std::pair("jwt_audience", &Setup::jwt_audience),
    std::pair("jwt_type", &Setup::jwt_type),
    std::pair("audit_file", &Setup::audit_file),
    std::pair("license_issuer_keys", &Setup::license_issuer_keys),
    std::pair("license_leases_dir", &Setup::license_leases_dir),
    std::pair("instance", &Setup::instance),
};
constexpr std::array kSetupCounts = {
    std::pair("audit_max_bytes", &Setup::audit_max_bytes),
    std::pair("audit_retention_days", &Setup::audit_retention_days),
    std::pair("license_lease_s", &Setup::license_lease_s),
};

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
std::optional<T> parsed(std::string_view json, void (*read)(Fields&, T&)) {
    return worker::read_object(json, {.max_bytes = kMaxMessageBytes, .max_depth = 4}, read);
}

std::optional<ErrorCode> error_code(std::string_view code) {
#define LIMPID_ERROR(identifier, text, sentence, hint, http_status, exit_code, visibility) \
    if (code == (text)) return ErrorCode::identifier;
#include "limpid/errors.def"
#undef LIMPID_ERROR
    return std::nullopt;
}

Json error_json(const Error& error) {
    return {{"code", error.code()}, {"found", error.found().substr(0, kMaxFoundBytes)}};
}

/// Does the object tell of an error? Then that was read.
bool read_error(Fields& fields, std::optional<Error>& error) {
    if (!fields.has("error")) return false;
    fields.object("error", [&](Fields& inner) {
        const auto code = error_code(inner.text("code"));
        const std::string found = inner.text("found");
        inner.require(code.has_value());
        error.emplace(code.value_or(ErrorCode::internal_failure),
                      platform::escaped(found.substr(0, kMaxFoundBytes)));
    });
    return true;
}

Json event_json(const audit::Event& event) {
    return {{"name", event.name},
            {"principal", event.principal},
            {"client", event.client},
            {"request_id", event.request_id},
            {"details", Json(event.details)}};
}

void read_event(Fields& fields, audit::Event& event) {
    event.name = fields.text("name");
    event.principal = fields.text("principal");
    event.client = fields.text("client");
    event.request_id = fields.text("request_id");
    event.details = fields.texts("details");
}

security::UnixSeconds seconds(Fields& fields, std::string_view name) {
    return {static_cast<std::int64_t>(fields.count(name))};
}

/// Times before 1970 and beyond what JSON holds exactly are of no token and no clock.
std::uint64_t bounded(security::UnixSeconds time) {
    return std::clamp<std::uint64_t>(time.value < 0 ? 0 : static_cast<std::uint64_t>(time.value), 0,
                                     worker::kMaxCount);
}

void read_setup(Fields& fields, Setup& setup) {
    for (const auto& [name, member] : kSetupTexts) setup.*member = fields.text(name);
    for (const auto& [name, member] : kSetupCounts) setup.*member = fields.count(name);
    setup.audit_sync_each = fields.boolean("audit_sync_each");
}

void read_hello(Fields& fields, Hello& hello) {
    hello.version = fields.text("version");
    if (read_error(fields, hello.error)) return;
    hello.tokens = fields.boolean("tokens");
    hello.license = fields.boolean("license");
    hello.signs = fields.boolean("signs");
    hello.syscall_filter = fields.boolean("syscall_filter");
    hello.landlock_abi = fields.count("landlock_abi");
}

void read_verify_token(Fields& fields, VerifyToken& question) {
    question.id = fields.count("id");
    question.token = fields.text("token");
    question.now = seconds(fields, "now");
}

void read_open_audit(Fields& fields, OpenAudit& question) {
    question.id = fields.count("id");
    question.after = fields.count("after");
    if (!fields.has("unanswered")) return;
    fields.object("unanswered",
                  [&](Fields& event) { read_event(event, question.unanswered.emplace()); });
}

void read_append(Fields& fields, Append& question) {
    question.id = fields.count("id");
    fields.object("event", [&](Fields& event) { read_event(event, question.event); });
}

void read_ask(Fields& fields, Ask& question) { question.id = fields.count("id"); }

void read_sign_manifest(Fields& fields, SignManifest& question) {
    question.id = fields.count("id");
    question.manifest = fields.text("manifest");
}

void read_license(Fields& fields, LicenseFacts& license) {
    license.state = fields.enumerator("state", security::LicenseState::malformed);
    license.grace_days_left = fields.count("grace_days_left");
    license.features = fields.text("features");
    license.masked_id = fields.text("masked_id");
    license.status_json = fields.text("status_json");
    const auto status = security::parse_json_strict(license.status_json);
    fields.require(status && status->root().type() == security::JsonType::object);
}

void read_answer(Fields& fields, Answer& answer) {
    answer.id = fields.count("id");
    if (read_error(fields, answer.error)) return;
    if (fields.has("token")) {
        fields.object("token", [&](Fields& token) {
            answer.token = TokenFacts{.subject = token.text("subject"),
                                      .scopes = token.text("scopes"),
                                      .expires_at = seconds(token, "expires_at")};
        });
    } else if (fields.has("audit")) {
        fields.object("audit", [&](Fields& audit) {
            answer.audit =
                AuditFacts{.seq = audit.count("seq"), .was_written = audit.boolean("was_written")};
        });
    } else if (fields.has("license")) {
        fields.object("license",
                      [&](Fields& license) { read_license(license, answer.license.emplace()); });
    } else {
        answer.document = fields.text("document");
    }
}

}  // namespace

std::string to_json(const Setup& setup) {
    Json json = {{"audit_sync_each", setup.audit_sync_each}};
    for (const auto& [name, member] : kSetupTexts) json[name] = setup.*member;
    for (const auto& [name, member] : kSetupCounts) {
        json[name] = std::min(setup.*member, worker::kMaxCount);
    }
    return text_of(json);
}

std::string to_json(const Hello& hello) {
    if (hello.error) {
        return text_of({{"version", hello.version}, {"error", error_json(*hello.error)}});
    }
    return text_of({{"version", hello.version},
                    {"tokens", hello.tokens},
                    {"license", hello.license},
                    {"signs", hello.signs},
                    {"syscall_filter", hello.syscall_filter},
                    {"landlock_abi", hello.landlock_abi}});
}

std::string to_json(const VerifyToken& question) {
    return text_of(
        {{"id", question.id}, {"token", question.token}, {"now", bounded(question.now)}});
}

std::string to_json(const OpenAudit& question) {
    Json json = {{"id", question.id}, {"after", question.after}};
    if (question.unanswered) json["unanswered"] = event_json(*question.unanswered);
    return text_of(json);
}

std::string to_json(const Append& question) {
    return text_of({{"id", question.id}, {"event", event_json(question.event)}});
}

std::string to_json(const Ask& question) { return text_of({{"id", question.id}}); }

std::string to_json(const SignManifest& question) {
    return text_of({{"id", question.id}, {"manifest", question.manifest}});
}

std::string to_json(const Answer& answer) {
    Json json = {{"id", answer.id}};
    if (answer.error) {
        json["error"] = error_json(*answer.error);
    } else if (answer.token) {
        json["token"] = {{"subject", answer.token->subject},
                         {"scopes", answer.token->scopes},
                         {"expires_at", bounded(answer.token->expires_at)}};
    } else if (answer.audit) {
        json["audit"] = {{"seq", answer.audit->seq}, {"was_written", answer.audit->was_written}};
    } else if (answer.license) {
        json["license"] = {{"state", std::to_underlying(answer.license->state)},
                           {"grace_days_left", answer.license->grace_days_left},
                           {"features", answer.license->features},
                           {"masked_id", answer.license->masked_id},
                           {"status_json", answer.license->status_json}};
    } else {
        json["document"] = answer.document.value_or("");
    }
    return text_of(json);
}

std::optional<Setup> parse_setup(std::string_view json) { return parsed<Setup>(json, read_setup); }

std::optional<Hello> parse_hello(std::string_view json) { return parsed<Hello>(json, read_hello); }

std::optional<VerifyToken> parse_verify_token(std::string_view json) {
    return parsed<VerifyToken>(json, read_verify_token);
}

std::optional<OpenAudit> parse_open_audit(std::string_view json) {
    return parsed<OpenAudit>(json, read_open_audit);
}

std::optional<Append> parse_append(std::string_view json) {
    return parsed<Append>(json, read_append);
}

std::optional<Ask> parse_ask(std::string_view json) { return parsed<Ask>(json, read_ask); }

std::optional<SignManifest> parse_sign_manifest(std::string_view json) {
    return parsed<SignManifest>(json, read_sign_manifest);
}

std::optional<Answer> parse_answer(std::string_view json) {
    return parsed<Answer>(json, read_answer);
}

}  // namespace limpid::keeper
