#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "limpid/security/foreign_license.hpp"
#include "security/crypto/aes256gcm.hpp"
#include "security/crypto/hash.hpp"
#include "security/secrets/fields.hpp"
#include "security/validate/strict_json.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxKeygenDepth = 32;
constexpr std::size_t kMaxKeygenFeatures = 256;
constexpr std::size_t kMaxTextBytes = 256;

std::unexpected<Error> not_genuine() { return fail(ErrorCode::license_not_genuine); }
std::unexpected<Error> malformed_keygen(std::string_view what) {
    return fail(ErrorCode::license_malformed, std::string(what));
}

/// The two kinds of file differ in these words only.
struct Kind {
    std::string_view begin, end, signing_prefix;
    bool machine;
};
constexpr Kind kKinds[] = {
    {"-----BEGIN LICENSE FILE-----", "-----END LICENSE FILE-----", "license/", false},
    {"-----BEGIN MACHINE FILE-----", "-----END MACHINE FILE-----", "machine/", true},
};

struct Certificate {
    std::string enc, alg;
    ByteBuffer signature;
};

/// The base64 between the first and the last line, without its line ends.
std::optional<std::string> armoured(std::string_view text, const Kind& kind) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!text.starts_with(kind.begin) || !text.ends_with(kind.end) ||
        text.size() < kind.begin.size() + kind.end.size()) {
        return std::nullopt;
    }
    text.remove_prefix(kind.begin.size());
    text.remove_suffix(kind.end.size());
    std::string base64;
    while (!text.empty()) {
        std::string_view line = take_until(text, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        base64 += line;
    }
    return base64;
}

/// A member that is a string.
std::optional<std::string> text_of(const Json& object, const char* name) {
    if (!object.is_object()) return std::nullopt;
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

Result<Certificate> parse_certificate(const std::string& base64) {
    const auto bytes = decode_base64(base64, Base64::standard);
    if (!bytes) return not_genuine();
    const std::string_view json(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    const auto tree = parse_strict_json(json, kMaxKeygenDepth, ErrorCode::license_not_genuine);
    if (!tree) return not_genuine();
    const auto enc = text_of(*tree, "enc");
    const auto sig = text_of(*tree, "sig");
    const auto alg = text_of(*tree, "alg");
    if (!enc || !sig || !alg || tree->size() != 3) return not_genuine();
    auto signature = decode_base64(*sig, Base64::standard);
    if (!signature) return not_genuine();
    return Certificate{*enc, *alg, std::move(*signature)};
}

Result<Secret> decrypt(std::string_view enc, const Kind& kind, const KeygenUnlock& unlock) {
    if (unlock.license_key == nullptr || unlock.license_key->empty()) {
        return fail(ErrorCode::argument_invalid,
                    "the file is encrypted: its licence key is needed");
    }
    const auto ciphertext = decode_base64(take_until(enc, '.'), Base64::standard);
    const auto nonce = decode_base64(take_until(enc, '.'), Base64::standard);
    const auto tag = decode_base64(enc, Base64::standard);
    ByteBuffer sealed;
    if (!ciphertext || !nonce || nonce->size() != 12 || !tag || tag->size() != kAesGcmTagBytes) {
        return not_genuine();
    }
    if (!sealed.append(ciphertext->span()) || !sealed.append(tag->span())) {
        return fail(ErrorCode::memory_exhausted);
    }
    Sha256Stream digest;
    digest.update(unlock.license_key->expose());
    if (kind.machine) digest.update(as_bytes(unlock.fingerprint));
    Digest256 key = digest.finish();
    const WipeAtEnd wiped(key);
    return Secret::make(ciphertext->size(), [&](std::span<std::byte> out) -> Status {
        if (!aes256gcm_open(key, nonce->span().first<12>(), {}, sealed.span(), out)) {
            return not_genuine();
        }
        return {};
    });
}

/// The signed data as JSON text. It holds the licence key: kept in a Secret.
Result<Secret> dataset(const Certificate& certificate, const Kind& kind,
                       const KeygenUnlock& unlock) {
    if (certificate.alg == "aes-256-gcm+ed25519") return decrypt(certificate.enc, kind, unlock);
    auto plain = decode_base64(certificate.enc, Base64::standard);
    if (!plain) return not_genuine();
    return Secret::take(plain->span());
}

/// The end that comes first; absent is never.
void end_at(License& license, std::optional<UnixSeconds> time) {
    if (time && (!license.expires_at || *time < *license.expires_at)) license.expires_at = time;
}

/// A member that is a time or null. @return false for anything else.
bool read_time(const Json& object, const char* name, std::optional<UnixSeconds>& out) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return true;
    if (!found->is_string()) return false;
    out = parse_rfc3339(found->get_ref<const std::string&>());
    return out.has_value();
}

bool read_license_object(const Json& object, License& license) {
    const auto attributes = object.find("attributes");
    const auto id = text_of(object, "id");
    if (!id || id->size() > kMaxTextBytes || attributes == object.end() ||
        !attributes->is_object()) {
        return false;
    }
    license.id = *id;
    license.licensee = text_of(*attributes, "name").value_or("").substr(0, kMaxTextBytes);
    const std::string status = text_of(*attributes, "status").value_or("");
    license.suspended = status == "SUSPENDED" || status == "BANNED";
    const auto max = attributes->find("maxMachines");
    if (max != attributes->end() && max->is_number_unsigned()) {
        license.max_instances = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(max->get<std::uint64_t>(), UINT32_MAX));
    }
    std::optional<UnixSeconds> expiry;
    if (!read_time(*attributes, "expiry", expiry)) return false;
    end_at(license, expiry);
    return true;
}

bool read_machine_object(const Json& object, License& license) {
    const auto attributes = object.find("attributes");
    if (attributes == object.end()) return false;
    const auto fingerprint = text_of(*attributes, "fingerprint");
    if (!fingerprint || fingerprint->empty() || fingerprint->size() > 4 * kMaxTextBytes) {
        return false;
    }
    license.fingerprint = *fingerprint;
    return true;
}

bool read_included(const Json& included, bool machine, License& license) {
    if (!included.is_array()) return false;
    for (const Json& object : included) {
        const std::string type = text_of(object, "type").value_or("");
        if (type == "licenses" && machine && !read_license_object(object, license)) return false;
        if (type == "products") license.product = text_of(object, "id").value_or("");
        if (type != "entitlements" || !object.contains("attributes")) continue;
        const auto code = text_of(object.at("attributes"), "code");
        if (!code || license.features.size() >= kMaxKeygenFeatures) return false;
        license.features.push_back(*code);
    }
    return true;
}

Result<License> parse_dataset(std::string_view json, const Kind& kind) {
    const auto tree = parse_strict_json(json, kMaxKeygenDepth, ErrorCode::license_malformed);
    if (!tree) return std::unexpected(tree.error());
    if (!tree->is_object() || !tree->contains("data") || !tree->contains("meta") ||
        !tree->at("meta").is_object()) {
        return malformed_keygen("it has no data or no meta");
    }
    const Json& data = tree->at("data");
    License license;
    license.grace_days = 0;
    const std::string type = text_of(data, "type").value_or("");
    if (type != (kind.machine ? "machines" : "licenses"))
        return malformed_keygen("it is of another type");
    const bool read =
        kind.machine ? read_machine_object(data, license) : read_license_object(data, license);
    if (!read) return malformed_keygen("its data is not complete");
    if (tree->contains("included") && !read_included(tree->at("included"), kind.machine, license)) {
        return malformed_keygen("what it includes is not understood");
    }
    std::optional<UnixSeconds> issued;
    std::optional<UnixSeconds> expiry;
    if (!read_time(tree->at("meta"), "issued", issued) || !issued ||
        !read_time(tree->at("meta"), "expiry", expiry)) {
        return malformed_keygen("its meta times are not complete");
    }
    license.issued_at = license.not_before = *issued;
    end_at(license, expiry);
    return license;
}

Result<License> read(const std::string& base64, const Kind& kind, const VerifyKey& account,
                     const KeygenUnlock& unlock) {
    const Result<Certificate> certificate = parse_certificate(base64);
    if (!certificate) return std::unexpected(certificate.error());
    if (certificate->alg != "base64+ed25519" && certificate->alg != "aes-256-gcm+ed25519") {
        return fail(ErrorCode::license_unsupported);
    }
    const std::string message = std::string(kind.signing_prefix) + certificate->enc;
    if (!verify(as_bytes(message), certificate->signature.span(), account)) return not_genuine();
    const Result<Secret> json = dataset(*certificate, kind, unlock);
    if (!json) return std::unexpected(json.error());
    return parse_dataset(json->expose_text(), kind);
}

}  // namespace

Result<License> read_keygen_file(std::string_view text, const VerifyKey& account,
                                 const KeygenUnlock& unlock) {
    if (text.empty() || text.size() > kMaxLicenseBytes) {
        return malformed_keygen("the file has " + std::to_string(text.size()) + " bytes; 1.." +
                                std::to_string(kMaxLicenseBytes) + " are allowed");
    }
    for (const Kind& kind : kKinds) {
        const auto base64 = armoured(text, kind);
        if (base64) return read(*base64, kind, account, unlock);
    }
    return not_genuine();
}

}  // namespace limpid::security
