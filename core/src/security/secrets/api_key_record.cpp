#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/json_writer.hpp"
#include "limpid/security/encoding.hpp"
#include "security/secrets/api_key_grant.hpp"
#include "security/time.hpp"
#include "security/validate/strict_json.hpp"
#include "security/verify/json_members.hpp"

namespace limpid::security {
namespace {

constexpr std::int64_t kMaxExact = 9'007'199'254'740'991;  // 2^53 - 1
constexpr std::size_t kMaxRecordBytes = 16'384;
constexpr std::size_t kMaxScopes = 32;
constexpr std::size_t kMaxRequestPathBytes = 1024;

bool is_scope(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '_' || c == '-';
    });
}

std::optional<UnixSeconds> read_time(JsonMembers& members, const char* name) {
    if (!members.has(name)) return std::nullopt;
    return UnixSeconds{members.integer(name, 0, kMaxTime)};
}

std::unexpected<Error> malformed() { return fail(ErrorCode::apikey_record_malformed); }

}  // namespace

Status check_grant(const ApiKeyGrant& grant) {
    if (grant.scopes.empty() || grant.scopes.size() > kMaxScopes ||
        !std::ranges::all_of(grant.scopes, is_scope)) {
        return fail(ErrorCode::argument_invalid, "scopes are 1..32 names, [a-z0-9:_-]{1,64}");
    }
    if (grant.path_prefix.size() > kMaxRequestPathBytes ||
        (!grant.path_prefix.empty() && grant.path_prefix[0] != '/')) {
        return fail(ErrorCode::argument_invalid, "a path prefix begins with / or is empty");
    }
    if (grant.max_pixels > static_cast<std::uint64_t>(kMaxExact) ||
        (grant.expires_at && !is_time(*grant.expires_at))) {
        return fail(ErrorCode::argument_invalid, "max_pixels or expires_at is out of range");
    }
    return {};
}

std::string to_json(const ApiKeyRecord& record) {
    JsonWriter json;
    json.begin_object();
    json.key("created_at").value(record.created_at.value);
    if (record.grant.expires_at) json.key("expires_at").value(record.grant.expires_at->value);
    json.key("hash").value(encode_hex(record.hash));
    json.key("id").value(record.id);
    json.key("max_pixels").value(record.grant.max_pixels);
    json.key("path_prefix").value(record.grant.path_prefix);
    if (record.revoked_at) json.key("revoked_at").value(record.revoked_at->value);
    json.key("scopes").begin_array();
    for (const std::string& scope : record.grant.scopes) json.value(scope);
    json.end_array();
    json.end_object();
    return std::move(json).take();
}

Result<ApiKeyRecord> parse_api_key_record(std::string_view json) {
    if (json.size() > kMaxRecordBytes) return malformed();
    const auto tree = parse_strict_json(json, 4, ErrorCode::apikey_record_malformed);
    if (!tree) return malformed();
    JsonMembers members(*tree);
    ApiKeyRecord record;
    record.created_at.value = members.integer("created_at", 0, kMaxTime);
    record.grant.expires_at = read_time(members, "expires_at");
    const auto hash = decode_hex(members.text("hash"));
    record.id = members.text("id");
    record.grant.max_pixels =
        static_cast<std::uint64_t>(members.integer("max_pixels", 0, kMaxExact));
    record.grant.path_prefix = members.text("path_prefix");
    record.revoked_at = read_time(members, "revoked_at");
    record.grant.scopes = members.texts("scopes");
    if (!members.ok() || !check_grant(record.grant) || record.id.size() != 8 || !hash ||
        hash->size() != record.hash.size()) {
        return malformed();
    }
    std::ranges::copy(hash->span(), record.hash.begin());
    return record;
}

}  // namespace limpid::security
