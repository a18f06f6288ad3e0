#include "limpid/security/license_activation.hpp"

#include <utility>

#include "security/crypto/memory.hpp"
#include "security/verify/license_text.hpp"

namespace limpid::security {

Result<ActivationRequest> read_activation_request(std::string_view text) {
    // The key is in the document itself: read first, and believed once it has verified.
    const Result<LicenseText> split = split_license_text(text, prefix_of(LicenseDocument::request));
    if (!split) return std::unexpected(split.error());
    Result<ActivationRequest> request = parse_request(split->payload);
    if (!request) return fail(ErrorCode::license_not_genuine);
    const Result<VerifyKey> key = parse_verify_key(request->device_key);
    if (!key) return fail(ErrorCode::license_not_genuine);
    const Result<std::string> payload =
        open_license_text(LicenseDocument::request, text, std::span(&*key, 1));
    if (!payload) return std::unexpected(payload.error());
    return request;
}

Result<License> activate_license(std::string_view text, std::span<const VerifyKey> issuers,
                                 const ActivationRequest& request, std::string_view fingerprint) {
    Result<License> license = read_license(text, issuers);
    if (!license) return license;
    const bool answers = license->id == request.license_id && license->product == request.product &&
                         license->request_nonce == request.nonce &&
                         license->device_key == request.device_key;
    if (!answers) return fail(ErrorCode::license_wrong_request);
    if (license->fingerprint != request.fingerprint ||
        !equal_constant_time(as_bytes(license->fingerprint), as_bytes(fingerprint))) {
        return fail(ErrorCode::license_machine_mismatch);
    }
    return license;
}

Result<Deactivation> read_deactivation(std::string_view text, const License& issued) {
    const Result<VerifyKey> key = parse_verify_key(issued.device_key);
    if (!key) {
        return fail(ErrorCode::license_wrong_request, "the licence answers no request");
    }
    const Result<std::string> payload =
        open_license_text(LicenseDocument::release, text, std::span(&*key, 1));
    if (!payload) return std::unexpected(payload.error());
    Result<Deactivation> release = parse_release(*payload);
    if (release &&
        (release->license_id != issued.id || release->fingerprint != issued.fingerprint ||
         release->request_nonce != issued.request_nonce)) {
        return fail(ErrorCode::license_wrong_request);
    }
    return release;
}

}  // namespace limpid::security
