#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.hpp"
#include "limpid/security/encoding.hpp"
#include "security/secrets/fields.hpp"
#include "security/time.hpp"
#include "security/validate/strict_json.hpp"
#include "security/verify/json_members.hpp"
#include "security/verify/license_text.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxPayloadDepth = 4;
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMaxLicenseeBytes = 256;
constexpr std::size_t kMaxFeatures = 64;
constexpr std::int64_t kMaxGraceDays = 3650;
constexpr std::size_t kMaxRevoked = 4096;
constexpr std::int64_t kMaxSequence = 9'007'199'254'740'991;  // 2^53 - 1: exact in every reader

std::unexpected<Error> malformed_payload() {
    return fail(ErrorCode::license_malformed, "its payload is not of version 1");
}

std::unexpected<Error> invalid(std::string_view member) {
    return fail(ErrorCode::argument_invalid, "the member " + std::string(member));
}

bool is_fingerprint(std::string_view text) {
    return text.size() == 64 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool is_nonce(std::string_view text) {
    const auto bytes = decode_base64(text, Base64::url_unpadded);
    return bytes && bytes->size() == 16;
}

Result<nlohmann::json> parse_payload_json(std::string_view payload) {
    return parse_strict_json(payload, kMaxPayloadDepth, ErrorCode::license_malformed);
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& text : texts) json.value(text);
    json.end_array();
}

}  // namespace

std::string write_license(const License& license) {
    JsonWriter json;
    json.begin_object();
    if (!license.device_key.empty()) json.key("device_key").value(license.device_key);
    if (license.expires_at) json.key("expires_at").value(license.expires_at->value);
    write_texts(json, "features", license.features);
    if (!license.fingerprint.empty()) json.key("fingerprint").value(license.fingerprint);
    json.key("grace_days").value(license.grace_days);
    json.key("id").value(license.id);
    json.key("issued_at").value(license.issued_at.value);
    json.key("licensee").value(license.licensee);
    json.key("max_instances").value(std::int64_t{license.max_instances});
    json.key("not_before").value(license.not_before.value);
    json.key("product").value(license.product);
    if (!license.request_nonce.empty()) json.key("request_nonce").value(license.request_nonce);
    json.key("version").value(kVersion);
    json.end_object();
    return std::move(json).take();
}

Result<License> parse_license(std::string_view payload) {
    const auto tree = parse_payload_json(payload);
    if (!tree) return std::unexpected(tree.error());
    JsonMembers members(*tree);
    License license;
    if (members.has("device_key")) license.device_key = members.text("device_key");
    if (members.has("expires_at")) {
        license.expires_at = UnixSeconds{members.integer("expires_at", 0, kMaxTime)};
    }
    license.features = members.texts("features");
    if (members.has("fingerprint")) license.fingerprint = members.text("fingerprint");
    license.grace_days = members.integer("grace_days", 0, kMaxGraceDays);
    license.id = members.text("id");
    license.issued_at.value = members.integer("issued_at", 0, kMaxTime);
    license.licensee = members.text("licensee");
    license.max_instances =
        static_cast<std::uint32_t>(members.integer("max_instances", 0, UINT32_MAX));
    license.not_before.value = members.integer("not_before", 0, kMaxTime);
    license.product = members.text("product");
    if (members.has("request_nonce")) license.request_nonce = members.text("request_nonce");
    static_cast<void>(members.integer("version", kVersion, kVersion));
    if (!members.ok() || !check_license_members(license)) return malformed_payload();
    return license;
}

Status check_license_members(const License& license) {
    if (!is_license_id(license.id)) return invalid("id is not a GUID in lower case");
    if (!is_identifier(license.product)) return invalid("product is not [A-Za-z0-9_-]{1,64}");
    if (license.licensee.size() > kMaxLicenseeBytes) return invalid("licensee is too long");
    if (license.features.size() > kMaxFeatures ||
        !std::ranges::all_of(license.features, is_identifier)) {
        return invalid("features holds a name that is not [A-Za-z0-9_-]{1,64}, or too many");
    }
    if (!license.fingerprint.empty() && !is_fingerprint(license.fingerprint)) {
        return invalid("fingerprint is not 64 hex digits");
    }
    if (!license.device_key.empty() && !parse_verify_key(license.device_key)) {
        return invalid("device_key is not a key");
    }
    if (!license.request_nonce.empty() && !is_nonce(license.request_nonce)) {
        return invalid("request_nonce is not 16 bytes in base64url");
    }
    if (!is_time(license.issued_at) || !is_time(license.not_before) ||
        (license.expires_at && !is_time(*license.expires_at))) {
        return invalid("issued_at, not_before or expires_at is not within the years 1970 to 9999");
    }
    if (license.grace_days < 0 || license.grace_days > kMaxGraceDays) {
        return invalid("grace_days is not within 0..3650");
    }
    if (license.suspended) return invalid("suspended cannot be issued; revoke the licence");
    return {};
}

std::string write_request(const ActivationRequest& request) {
    JsonWriter json;
    json.begin_object();
    json.key("created_at").value(request.created_at.value);
    json.key("device_key").value(request.device_key);
    json.key("fingerprint").value(request.fingerprint);
    json.key("license_id").value(request.license_id);
    json.key("nonce").value(request.nonce);
    json.key("product").value(request.product);
    json.key("version").value(kVersion);
    json.end_object();
    return std::move(json).take();
}

Result<ActivationRequest> parse_request(std::string_view payload) {
    const auto tree = parse_payload_json(payload);
    if (!tree) return std::unexpected(tree.error());
    JsonMembers members(*tree);
    ActivationRequest request;
    request.created_at.value = members.integer("created_at", 0, kMaxTime);
    request.device_key = members.text("device_key");
    request.fingerprint = members.text("fingerprint");
    request.license_id = members.text("license_id");
    request.nonce = members.text("nonce");
    request.product = members.text("product");
    static_cast<void>(members.integer("version", kVersion, kVersion));
    if (!members.ok() || !check_request_members(request)) return malformed_payload();
    return request;
}

Status check_request_members(const ActivationRequest& request) {
    if (!is_license_id(request.license_id)) return invalid("license_id is not a GUID");
    if (!is_identifier(request.product)) return invalid("product is not [A-Za-z0-9_-]{1,64}");
    if (!is_fingerprint(request.fingerprint)) return invalid("fingerprint is not 64 hex digits");
    if (!parse_verify_key(request.device_key)) return invalid("device_key is not a key");
    if (!is_nonce(request.nonce)) return invalid("nonce is not 16 bytes in base64url");
    if (!is_time(request.created_at)) return invalid("created_at");
    return {};
}

std::string write_release(const Deactivation& release) {
    JsonWriter json;
    json.begin_object();
    json.key("deactivated_at").value(release.deactivated_at.value);
    json.key("fingerprint").value(release.fingerprint);
    json.key("license_id").value(release.license_id);
    json.key("request_nonce").value(release.request_nonce);
    json.key("version").value(kVersion);
    json.end_object();
    return std::move(json).take();
}

Result<Deactivation> parse_release(std::string_view payload) {
    const auto tree = parse_payload_json(payload);
    if (!tree) return std::unexpected(tree.error());
    JsonMembers members(*tree);
    Deactivation release;
    release.deactivated_at.value = members.integer("deactivated_at", 0, kMaxTime);
    release.fingerprint = members.text("fingerprint");
    release.license_id = members.text("license_id");
    release.request_nonce = members.text("request_nonce");
    static_cast<void>(members.integer("version", kVersion, kVersion));
    if (!members.ok()) return malformed_payload();
    return release;
}

std::string write_revocations(const RevocationList& list) {
    JsonWriter json;
    json.begin_object();
    write_texts(json, "ids", list.ids);
    json.key("issued_at").value(list.issued_at.value);
    json.key("sequence").value(list.sequence);
    json.key("version").value(kVersion);
    json.end_object();
    return std::move(json).take();
}

Result<RevocationList> parse_revocations(std::string_view payload) {
    const auto tree = parse_payload_json(payload);
    if (!tree) return std::unexpected(tree.error());
    JsonMembers members(*tree);
    RevocationList list;
    list.ids = members.texts("ids");
    list.issued_at.value = members.integer("issued_at", 0, kMaxTime);
    list.sequence = static_cast<std::uint64_t>(members.integer("sequence", 0, kMaxSequence));
    static_cast<void>(members.integer("version", kVersion, kVersion));
    if (!members.ok() || !check_revocation_members(list)) return malformed_payload();
    return list;
}

Status check_revocation_members(const RevocationList& list) {
    if (list.ids.size() > kMaxRevoked || !std::ranges::all_of(list.ids, is_license_id)) {
        return invalid("ids holds something else than a GUID, or too many");
    }
    if (!is_time(list.issued_at)) return invalid("issued_at");
    if (list.sequence > static_cast<std::uint64_t>(kMaxSequence)) return invalid("sequence");
    return {};
}

}  // namespace limpid::security
