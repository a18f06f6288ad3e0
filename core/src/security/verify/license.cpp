#include "limpid/security/license.hpp"

#include <algorithm>
#include <utility>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/redact.hpp"
#include "security/crypto/mac.hpp"
#include "security/crypto/memory.hpp"
#include "security/verify/license_text.hpp"

namespace limpid::security {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kMinSaltBytes = 16;

/// a + b, at the ends of the range instead of beyond: times may be hostile.
std::int64_t add(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

/// a / b, rounded down.
std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::string_view trimmed_text(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// What was remembered, as far as it concerns this licence.
LicenseMemory remembered(const License& license, const LicenseConditions& conditions) {
    LicenseMemory memory = conditions.memory.value_or(LicenseMemory{});
    if (!conditions.memory || license.issued_at > memory.issued_at) {
        memory.last_seen = license.issued_at;
        memory.issued_at = license.issued_at;
        memory.deactivated = false;
    }
    return memory;
}

LicenseState state_in_time(const License& license, UnixSeconds now, const LicenseStatus& status) {
    if (!license.expires_at || now <= *license.expires_at) return LicenseState::active;
    return now <= *status.grace_until ? LicenseState::grace : LicenseState::expired;
}

LicenseState state_of(const License& license, const LicenseConditions& conditions,
                      const LicenseStatus& status) {
    const UnixSeconds now = conditions.now;
    const bool revoked = conditions.revocations != nullptr &&
                         std::ranges::find(conditions.revocations->ids, license.id) !=
                             conditions.revocations->ids.end();
    if (revoked || license.suspended) return LicenseState::revoked;
    if (status.memory.deactivated) return LicenseState::deactivated;
    if (!license.fingerprint.empty() &&
        !equal_constant_time(as_bytes(license.fingerprint), as_bytes(conditions.fingerprint))) {
        return LicenseState::machine_mismatch;
    }
    const std::int64_t latest_allowed = add(now.value, conditions.clock_tolerance_s);
    if (conditions.memory && latest_allowed < status.memory.last_seen.value) {
        return LicenseState::clock_rollback;
    }
    if (latest_allowed < license.not_before.value) return LicenseState::not_yet_valid;
    const LicenseState in_time = state_in_time(license, now, status);
    if (in_time == LicenseState::expired) return in_time;
    if (license.max_instances != 0 && conditions.other_instances >= license.max_instances) {
        return LicenseState::too_many_instances;
    }
    return in_time;
}

ErrorCode code_of(LicenseState state) {
    switch (state) {
        case LicenseState::expired:
            return ErrorCode::license_expired;
        case LicenseState::not_yet_valid:
            return ErrorCode::license_not_yet_valid;
        case LicenseState::clock_rollback:
            return ErrorCode::license_clock_rollback;
        case LicenseState::too_many_instances:
            return ErrorCode::license_too_many_instances;
        case LicenseState::machine_mismatch:
            return ErrorCode::license_machine_mismatch;
        case LicenseState::deactivated:
            return ErrorCode::license_deactivated;
        case LicenseState::revoked:
            return ErrorCode::license_revoked;
        case LicenseState::not_genuine:
            return ErrorCode::license_not_genuine;
        case LicenseState::active:
        case LicenseState::grace:
        case LicenseState::malformed:
            break;
    }
    return ErrorCode::license_malformed;
}

}  // namespace

std::string_view to_string(LicenseState state) noexcept {
    switch (state) {
        case LicenseState::active:
            return "active";
        case LicenseState::grace:
            return "grace";
        case LicenseState::expired:
            return "expired";
        case LicenseState::not_yet_valid:
            return "not_yet_valid";
        case LicenseState::clock_rollback:
            return "clock_rollback";
        case LicenseState::too_many_instances:
            return "too_many_instances";
        case LicenseState::machine_mismatch:
            return "machine_mismatch";
        case LicenseState::deactivated:
            return "deactivated";
        case LicenseState::revoked:
            return "revoked";
        case LicenseState::not_genuine:
            return "not_genuine";
        case LicenseState::malformed:
            return "malformed";
    }
    return "";
}

bool is_license_id(std::string_view text) noexcept {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (hyphen ? c != '-' : !digit) return false;
    }
    return true;
}

Result<License> read_license(std::string_view text, std::span<const VerifyKey> issuers) {
    const Result<std::string> payload = open_license_text(LicenseDocument::license, text, issuers);
    if (!payload) return std::unexpected(payload.error());
    return parse_license(*payload);
}

Result<RevocationList> read_revocations(std::string_view text, std::span<const VerifyKey> issuers,
                                        std::uint64_t min_sequence) {
    const Result<std::string> payload =
        open_license_text(LicenseDocument::revocations, text, issuers);
    if (!payload) return std::unexpected(payload.error());
    Result<RevocationList> list = parse_revocations(*payload);
    if (list && list->sequence < min_sequence) {
        return fail(ErrorCode::signature_rolled_back, "list " + std::to_string(list->sequence) +
                                                          " after list " +
                                                          std::to_string(min_sequence));
    }
    return list;
}

Result<std::string> machine_fingerprint(Bytes application_salt, std::string_view machine_id) {
    machine_id = trimmed_text(machine_id);
    if (application_salt.size() < kMinSaltBytes || machine_id.empty()) {
        return fail(ErrorCode::argument_invalid,
                    "a fingerprint needs a salt of 16 bytes or more and the machine's id");
    }
    return encode_hex(hmac_sha256(application_salt, as_bytes(machine_id)));
}

LicenseStatus evaluate_license(const License& license, const LicenseConditions& conditions) {
    LicenseStatus status;
    status.license = license;
    status.memory = remembered(license, conditions);
    if (license.expires_at) {
        const std::int64_t end = license.expires_at->value;
        const std::int64_t left = add(end, -std::max(conditions.now.value, -INT64_MAX));
        status.days_left = floor_divide(left, kDay);
        // License::grace_days is at most 3650: the product fits.
        status.grace_until = UnixSeconds{add(end, license.grace_days * kDay)};
    }
    status.state = state_of(license, conditions, status);
    status.memory.last_seen = std::max(status.memory.last_seen, conditions.now);
    if (conditions.revocations != nullptr) {
        status.memory.revocations_seen =
            std::max(status.memory.revocations_seen, conditions.revocations->sequence);
    }
    return status;
}

LicenseStatus check_license(std::string_view text, std::span<const VerifyKey> issuers,
                            const LicenseConditions& conditions) {
    const Result<License> license = read_license(text, issuers);
    if (license) return evaluate_license(*license, conditions);
    LicenseStatus status;
    status.state = license.error().id() == ErrorCode::license_malformed ? LicenseState::malformed
                                                                        : LicenseState::not_genuine;
    status.memory = conditions.memory.value_or(LicenseMemory{});
    return status;
}

Status require_license(const LicenseStatus& status) {
    if (status.usable()) return {};
    return fail(code_of(status.state));
}

Status require_feature(const LicenseStatus& status, std::string_view feature) {
    Status usable = require_license(status);
    if (!usable) return usable;
    if (std::ranges::find(status.license->features, feature) == status.license->features.end()) {
        return fail(ErrorCode::license_feature_not_licensed, excerpt(feature));
    }
    return {};
}

std::string mask_license_key(std::string_view text) {
    text = trimmed_text(text);
    if (text.size() < 24) return std::string(kRedacted);
    return excerpt(text.substr(0, 8)) + "..." + excerpt(text.substr(text.size() - 4));
}

std::string public_license_status(const LicenseStatus& status) {
    JsonWriter json;
    json.begin_object();
    if (status.license) {
        const License& license = *status.license;
        json.key("binding").value(license.fingerprint.empty() ? "none" : "machine");
        if (status.days_left) json.key("days_left").value(*status.days_left);
        if (license.expires_at) json.key("expires_at").value(license.expires_at->value);
        json.key("features").begin_array();
        for (const std::string& feature : license.features) json.value(feature);
        json.end_array();
        json.key("grace_days").value(license.grace_days);
        json.key("max_instances").value(std::int64_t{license.max_instances});
    }
    json.key("state").value(to_string(status.state));
    json.key("usable").value(status.usable());
    json.end_object();
    return std::move(json).take();
}

}  // namespace limpid::security
