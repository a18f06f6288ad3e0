#include "security/verify/license_text.hpp"

#include <algorithm>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {

std::string_view prefix_of(LicenseDocument kind) noexcept {
    switch (kind) {
        case LicenseDocument::license:
            return "LIMPID-LICENSE-";
        case LicenseDocument::request:
            return "LIMPID-REQUEST-";
        case LicenseDocument::release:
            return "LIMPID-RELEASE-";
        case LicenseDocument::revocations:
            return "LIMPID-REVOKED-";
    }
    return "";
}

std::string license_signed_bytes(LicenseDocument kind, std::string_view payload) {
    return length_prefixed({"limpid-license-v1", prefix_of(kind), payload});
}

Result<LicenseText> split_license_text(std::string_view text, std::string_view prefix) {
    // A file ends with a line feed.
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.empty()) return fail(ErrorCode::license_malformed, "it is empty");
    if (text.size() > kMaxLicenseBytes) {
        return fail(ErrorCode::license_malformed, std::to_string(text.size()) + " bytes; at most " +
                                                      std::to_string(kMaxLicenseBytes));
    }
    if (!text.starts_with(prefix)) {
        return fail(ErrorCode::license_not_genuine,
                    "it does not begin with " + std::string(prefix));
    }
    text.remove_prefix(prefix.size());
    const auto payload = decode_base64(take_until(text, '.'), Base64::url_unpadded);
    const auto signature = decode_base64(text, Base64::url_unpadded);
    if (!payload || !signature || signature->size() != sizeof(Signature)) {
        return fail(ErrorCode::license_not_genuine, "it is not whole");
    }
    LicenseText split;
    split.payload.assign(reinterpret_cast<const char*>(payload->data()), payload->size());
    std::ranges::copy(signature->span(), split.signature.begin());
    return split;
}

Result<std::string> open_license_text(LicenseDocument kind, std::string_view text,
                                      std::span<const VerifyKey> keys) {
    Result<LicenseText> split = split_license_text(text, prefix_of(kind));
    if (!split) return std::unexpected(split.error());
    const std::string message = license_signed_bytes(kind, split->payload);
    const bool genuine = std::ranges::any_of(keys, [&](const VerifyKey& key) {
        return verify(as_bytes(message), split->signature, key).has_value();
    });
    if (!genuine) return fail(ErrorCode::license_not_genuine);
    return std::move(split->payload);
}

}  // namespace limpid::security
