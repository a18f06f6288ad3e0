#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "limpid/security/foreign_license.hpp"
#include "security/crypto/hash.hpp"
#include "security/secrets/fields.hpp"
#include "security/time.hpp"
#include "security/validate/strict_json.hpp"
#include "security/verify/json_members.hpp"
#include "security/verify/license_text.hpp"

namespace limpid::security {
namespace {

/// 128 bits of a digest in the form of a GUID.
std::string id_of(std::string_view payload) {
    std::string id = encode_hex(sha256(as_bytes(payload))).substr(0, 32);
    for (const std::size_t at : {std::size_t{8}, std::size_t{13}, std::size_t{18}, std::size_t{23}})
        id.insert(at, 1, '-');
    return id;
}

Result<License> parse_imagor_payload(std::string_view payload) {
    const auto tree = parse_strict_json(payload, 4, ErrorCode::license_malformed);
    if (!tree) return std::unexpected(tree.error());
    JsonMembers members(*tree);
    License license;
    license.id = id_of(payload);
    const std::string type = members.text("type");
    license.product = "imagor-studio-" + type;
    license.licensee = members.text("email");
    if (members.has("features") && !tree->at("features").is_null()) {
        license.features = members.texts("features");
    }
    license.issued_at.value = members.integer("iat", 0, kMaxTime);
    license.not_before = license.issued_at;
    if (members.has("exp")) license.expires_at = UnixSeconds{members.integer("exp", 0, kMaxTime)};
    license.grace_days = 0;
    if (!members.all_there() || !is_identifier(type) || !check_license_members(license)) {
        return fail(ErrorCode::license_malformed, "its payload is not that of a licence");
    }
    return license;
}

}  // namespace

Result<License> read_imagor_license(std::string_view text, const VerifyKey& issuer) {
    const Result<LicenseText> split = split_license_text(text, "IMGR-");
    if (!split) return std::unexpected(split.error());
    if (!verify(as_bytes(split->payload), split->signature, issuer)) {
        return fail(ErrorCode::license_not_genuine);
    }
    return parse_imagor_payload(split->payload);
}

}  // namespace limpid::security
