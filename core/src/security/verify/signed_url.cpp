#include "limpid/security/signed_url.hpp"

#include <algorithm>
#include <utility>

#include "limpid/byte_buffer.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/secret.hpp"
#include "security/ascii.hpp"
#include "security/crypto/mac.hpp"
#include "security/crypto/memory.hpp"
#include "security/verify/key_material.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMinKeyBytes = 16;
constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxPathBytes = 4096;

Result<UrlKey> make_key(Bytes key, Bytes salt, bool has_salt, std::string_view id) {
    if (key.size() < kMinKeyBytes) {
        return fail(ErrorCode::key_too_short,
                    std::to_string(key.size()) + " bytes; a URL key has 16..1024");
    }
    if (key.size() > kMaxKeyBytes || salt.size() > kMaxKeyBytes) {
        return fail(ErrorCode::key_malformed, "a URL key or its salt has more than 1024 bytes");
    }
    if (Status named = check_key_name(id); !named) return std::unexpected(named.error());
    auto material = make_key_material({key, salt});
    if (!material) return std::unexpected(material.error());
    return KeyAccess::make<UrlKey>(id, key.size(), has_salt, *std::move(material));
}

/// The text a signature of `path` has.
std::string signature_of(const UrlKey& key, std::string_view path, const SignedUrlPolicy& policy) {
    const Bytes material = KeyAccess::material(key);
    const std::size_t key_bytes = KeyAccess::first_bytes(key);
    const Bytes secret = material.first(key_bytes);
    if (policy.form == SignedUrlForm::imgproxy) {
        HmacSha256 mac(secret);
        mac.update(material.subspan(key_bytes));
        mac.update(as_bytes(path));
        const auto digest = mac.finish();
        const std::size_t kept = policy.truncate_to == 0 ? digest.size() : policy.truncate_to;
        return encode_base64(Bytes(digest).first(kept), Base64::url_unpadded);
    }
    const Bytes message = as_bytes(path.substr(1));
    std::string text = policy.hash == SignedUrlHash::sha512
                           ? encode_base64(hmac_sha512(secret, message), Base64::url)
                           : encode_base64(hmac_sha256(secret, message), Base64::url);
    if (policy.truncate_to != 0 && policy.truncate_to < text.size()) {
        text.resize(policy.truncate_to);
    }
    return text;
}

bool is_signable(std::string_view path) {
    return path.size() >= 2 && path.size() <= kMaxPathBytes && path[0] == '/' &&
           is_printable_ascii(path) && !path.contains('#');
}

/// Calls `see` with each piece of `text` between separators until it answers false.
template <class See>
void for_each_piece(std::string_view text, char separator, See&& see) {
    while (true) {
        const std::size_t end = text.find(separator);
        if (!see(text.substr(0, end)) || end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

/// Every expiry a path states, as text.
std::vector<std::string_view> expiries_of(std::string_view path, SignedUrlForm form) {
    std::vector<std::string_view> found;
    const std::size_t query = path.find('?');
    if (query != std::string_view::npos) {
        for_each_piece(path.substr(query + 1), '&', [&](std::string_view parameter) {
            const std::size_t equals = std::min(parameter.find('='), parameter.size());
            // Without a value it is no time, and so refused rather than overlooked.
            if (parameter.substr(0, equals) == "exp") {
                found.push_back(parameter.substr(std::min(equals + 1, parameter.size())));
            }
            return true;
        });
    }
    if (form != SignedUrlForm::imgproxy) return found;
    // imgproxy's options are the first segments, as long as they have arguments.
    for_each_piece(path.substr(1, query - 1), '/', [&](std::string_view segment) {
        const std::size_t colon = segment.find(':');
        if (colon == std::string_view::npos) return false;
        const std::string_view option = segment.substr(0, colon);
        if (option == "exp" || option == "expires") found.push_back(segment.substr(colon + 1));
        return true;
    });
    return found;
}

Status check_truncation(const SignedUrlPolicy& policy) {
    const bool imgproxy = policy.form == SignedUrlForm::imgproxy;
    const std::size_t least = imgproxy ? 10 : 14;
    const std::size_t most = imgproxy ? 32 : 88;
    if (policy.truncate_to == 0 || (policy.truncate_to >= least && policy.truncate_to <= most)) {
        return {};
    }
    return fail(ErrorCode::argument_invalid,
                "truncate_to is " + std::to_string(policy.truncate_to) + "; 0 or " +
                    std::to_string(least) + ".." + std::to_string(most));
}

}  // namespace

UrlKey::UrlKey(std::string_view id, std::size_t first_bytes, bool has_salt,
               std::shared_ptr<const KeyMaterial> material)
    : id_(id), first_bytes_(first_bytes), has_salt_(has_salt), material_(std::move(material)) {}

Result<UrlKey> UrlKey::from_hex(std::string_view key, std::string_view salt, std::string_view id) {
    Result<ByteBuffer> key_bytes = decode_hex(key);
    if (!key_bytes) return fail(ErrorCode::key_malformed, "the key is not hexadecimal");
    const Result<Secret> secret = Secret::take(key_bytes->span());
    if (!secret) return std::unexpected(secret.error());
    const Result<ByteBuffer> salt_bytes = decode_hex(salt);
    if (!salt_bytes) return fail(ErrorCode::key_malformed, "the salt is not hexadecimal");
    if (salt_bytes->empty()) return fail(ErrorCode::key_too_short, "the salt is empty");
    return make_key(secret->expose(), salt_bytes->span(), true, id);
}

Result<UrlKey> UrlKey::from_secret(Bytes secret, std::string_view id) {
    return make_key(secret, {}, false, id);
}

SignedUrls::SignedUrls(std::vector<UrlKey> keys, SignedUrlPolicy policy)
    : keys_(std::move(keys)), policy_(policy) {}

Result<SignedUrls> SignedUrls::create(std::vector<UrlKey> keys, SignedUrlPolicy policy) {
    constexpr std::size_t kMaxKeys = 16;
    const bool imgproxy = policy.form == SignedUrlForm::imgproxy;
    if (keys.empty()) return fail(ErrorCode::key_none);
    if (keys.size() > kMaxKeys) {
        return fail(ErrorCode::argument_invalid, std::to_string(keys.size()) + " keys; at most 16");
    }
    if (std::ranges::any_of(keys, [&](const UrlKey& key) { return key.has_salt() != imgproxy; })) {
        return fail(ErrorCode::key_wrong_kind,
                    imgproxy ? "imgproxy's keys have a salt" : "imagor's keys have no salt");
    }
    if (imgproxy && policy.hash != SignedUrlHash::sha256) {
        return fail(ErrorCode::argument_invalid, "imgproxy's hash is SHA-256");
    }
    if (Status length = check_truncation(policy); !length) return std::unexpected(length.error());
    return SignedUrls(std::move(keys), policy);
}

Result<std::string> SignedUrls::sign(std::string_view path,
                                     std::optional<UnixSeconds> expires) const {
    std::string signed_part(path);
    if (!is_signable(path)) {
        return fail(ErrorCode::argument_invalid,
                    "a path has 2..4096 bytes of printable ASCII from its first slash on");
    }
    if (!expiries_of(path, policy_.form).empty()) {
        return fail(ErrorCode::argument_invalid, "the path states an expiry of its own");
    }
    if (expires) {
        if (*expires < UnixSeconds{0} || *expires > kLatestWritableTime) {
            return fail(ErrorCode::argument_invalid, "expires is outside 0..99999999999");
        }
        signed_part += path.contains('?') ? "&exp=" : "?exp=";
        signed_part += std::to_string(expires->value);
    } else if (policy_.require_expiry) {
        return fail(ErrorCode::argument_invalid, "every URL must expire here");
    }
    if (!is_signable(signed_part)) return fail(ErrorCode::argument_invalid, "the path is too long");
    return "/" + signature_of(keys_.front(), signed_part, policy_) + signed_part;
}

Result<VerifiedUrl> SignedUrls::verify(std::string_view path_and_query, UnixSeconds now) const {
    constexpr std::size_t kMaxSignatureBytes = 88;  // base64 of 64 bytes
    const std::size_t slash = path_and_query.substr(0, kMaxSignatureBytes + 2).find('/', 1);
    if (path_and_query.empty() || path_and_query[0] != '/' || slash == std::string_view::npos ||
        !is_signable(path_and_query.substr(slash))) {
        return fail(ErrorCode::url_malformed);
    }
    const Bytes sent = as_bytes(path_and_query.substr(1, slash - 1));
    VerifiedUrl url;
    url.path = path_and_query.substr(slash);
    std::size_t signer = keys_.size();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const std::string expected = signature_of(keys_[i], url.path, policy_);
        if (equal_constant_time(as_bytes(expected), sent)) signer = std::min(signer, i);
    }
    if (signer == keys_.size()) return fail(ErrorCode::url_mismatch);
    url.key_id = keys_[signer].id();

    const std::vector<std::string_view> expiries = expiries_of(url.path, policy_.form);
    if (expiries.empty()) {
        if (!policy_.require_expiry) return url;
        return fail(ErrorCode::url_malformed, "it never expires, and must here");
    }
    url.expires_at = parse_unix_seconds(expiries.front());
    if (expiries.size() > 1 || !url.expires_at) {
        return fail(ErrorCode::url_malformed, "its expiry is not one time in seconds");
    }
    if (now >= *url.expires_at) return fail(ErrorCode::url_expired);
    return url;
}

}  // namespace limpid::security
