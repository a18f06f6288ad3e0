#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/record.hpp"
#include "crypto/access_token.hpp"
#include "limpid/error.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/types.hpp"

// What limpidd and its keeper say to each other: one question, one answer, never two at a time. No
// message holds a secret: those the keeper reads itself, where their references lead.
namespace limpid::keeper {

/// What a keeper is to keep. References are those of the settings; an empty one leaves the other
/// places of security::resolve_secret().
struct Setup {
    /// Of limpid: both sides must be built from one source.
    std::string version;
    std::string jwt_secret;
    std::string audit_key;
    std::string signing_key;
    std::string signing_key_passphrase;
    std::string license_key;
    /// JWK set; empty: none. And what tokens must name.
    std::string jwt_keys_file;
    std::string jwt_issuer;
    std::string jwt_audience;
    /// JWT, at+jwt or any.
    std::string jwt_type = "JWT";
    /// As audit::LogOptions. Empty: nothing is put on record.
    std::string audit_file;
    bool audit_sync_each = true;
    std::uint64_t audit_max_bytes = 0;
    std::uint64_t audit_retention_days = 0;
    /// Public keys of who issues licences: texts or files, with commas between.
    std::string license_issuer_keys;
    /// Folder in which the instances of a machine are counted; empty: only this one is.
    std::string license_leases_dir;
    std::uint64_t license_lease_s = 0;
    /// Names this limpidd among them.
    std::string instance;
};

/// Ready, or not.
struct Hello {
    std::string version;
    /// Why the keeper cannot be; the rest then says nothing.
    std::optional<Error> error;
    /// What it has: keys of tokens, a licence, a key to sign with.
    bool tokens = false;
    bool license = false;
    bool signs = false;
    /// What confines it.
    bool syscall_filter = false;
    std::uint64_t landlock_abi = 0;
};

struct VerifyToken {
    std::uint64_t id = 0;
    std::string token;
    security::UnixSeconds now{};
};

struct OpenAudit {
    std::uint64_t id = 0;
    /// The last record that a keeper before this one is known to have written; 0: none.
    std::uint64_t after = 0;
    /// What that keeper was told to write when it went: is it there?
    std::optional<audit::Event> unanswered;
};

struct Append {
    std::uint64_t id = 0;
    audit::Event event;
};

/// Maintain the audit log, or say what the licence is worth.
struct Ask {
    std::uint64_t id = 0;
};

struct SignManifest {
    std::uint64_t id = 0;
    /// JSON of a limpid::Manifest.
    std::string manifest;
};

/// Who a token stands for.
using TokenFacts = crypto::AccessToken;

/// Where the audit log ends.
struct AuditFacts {
    std::uint64_t seq = 0;
    /// To OpenAudit: the unanswered event is in it.
    bool was_written = false;
};

/// What a licence is worth. Nothing in it is secret or personal.
struct LicenseFacts {
    security::LicenseState state = security::LicenseState::malformed;
    /// Whole days until the grace ends; 0 where it has no end.
    std::uint64_t grace_days_left = 0;
    /// With commas between.
    std::string features;
    /// First and last characters of its id; empty when it is not genuine.
    std::string masked_id;
    /// security::public_license_status().
    std::string status_json;

    [[nodiscard]] bool usable() const noexcept {
        return state == security::LicenseState::active || state == security::LicenseState::grace;
    }
};

/// What a keeper answers: an error, or the one of these that was asked for.
struct Answer {
    /// Of the question.
    std::uint64_t id = 0;
    std::optional<Error> error;
    std::optional<TokenFacts> token;
    std::optional<AuditFacts> audit;
    std::optional<LicenseFacts> license;
    /// A signed manifest.
    std::optional<std::string> document;
};

[[nodiscard]] std::string to_json(const Setup& setup);
[[nodiscard]] std::string to_json(const Hello& hello);
[[nodiscard]] std::string to_json(const VerifyToken& question);
[[nodiscard]] std::string to_json(const OpenAudit& question);
[[nodiscard]] std::string to_json(const Append& question);
[[nodiscard]] std::string to_json(const Ask& question);
[[nodiscard]] std::string to_json(const SignManifest& question);
[[nodiscard]] std::string to_json(const Answer& answer);

/// Read what the other side sent, believing nothing: exactly the members above, each within its
/// range; the text of an error is cut and made printable.
[[nodiscard]] std::optional<Setup> parse_setup(std::string_view json);
[[nodiscard]] std::optional<Hello> parse_hello(std::string_view json);
[[nodiscard]] std::optional<VerifyToken> parse_verify_token(std::string_view json);
[[nodiscard]] std::optional<OpenAudit> parse_open_audit(std::string_view json);
[[nodiscard]] std::optional<Append> parse_append(std::string_view json);
[[nodiscard]] std::optional<Ask> parse_ask(std::string_view json);
[[nodiscard]] std::optional<SignManifest> parse_sign_manifest(std::string_view json);
[[nodiscard]] std::optional<Answer> parse_answer(std::string_view json);

}  // namespace limpid::keeper
