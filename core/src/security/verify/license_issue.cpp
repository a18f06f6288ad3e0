#include "limpid/security/license_issue.hpp"

#include <array>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/verify/license_text.hpp"

namespace limpid::security {
namespace {

std::string signed_text(LicenseDocument kind, const std::string& payload, const SigningKey& key) {
    const Signature signature = key.sign(as_bytes(license_signed_bytes(kind, payload)));
    return std::string(prefix_of(kind)) + encode_base64(as_bytes(payload), Base64::url_unpadded) +
           '.' + encode_base64(signature, Base64::url_unpadded);
}

}  // namespace

Result<std::string> issue_license(const License& license, const SigningKey& issuer) {
    Status fits = check_license_members(license);
    if (!fits) return std::unexpected(std::move(fits).error());
    return signed_text(LicenseDocument::license, write_license(license), issuer);
}

Result<std::string> issue_revocations(const RevocationList& list, const SigningKey& issuer) {
    Status fits = check_revocation_members(list);
    if (!fits) return std::unexpected(std::move(fits).error());
    return signed_text(LicenseDocument::revocations, write_revocations(list), issuer);
}

Result<std::string> request_activation(ActivationRequest request, const SigningKey& device,
                                       RandomSource& random) {
    std::array<std::byte, 16> nonce{};
    random.fill(nonce);
    request.nonce = encode_base64(nonce, Base64::url_unpadded);
    request.device_key = to_string(device.verify_key());
    Status fits = check_request_members(request);
    if (!fits) return std::unexpected(std::move(fits).error());
    return signed_text(LicenseDocument::request, write_request(request), device);
}

Result<std::string> issue_activation(const ActivationRequest& request, License terms,
                                     const SigningKey& issuer) {
    if (terms.id != request.license_id || terms.product != request.product) {
        return fail(ErrorCode::argument_invalid,
                    "the request is for another licence or product than the terms");
    }
    terms.fingerprint = request.fingerprint;
    terms.device_key = request.device_key;
    terms.request_nonce = request.nonce;
    return issue_license(terms, issuer);
}

Result<std::string> deactivate_license(const License& license, const SigningKey& device,
                                       UnixSeconds now) {
    if (license.device_key != to_string(device.verify_key())) {
        return fail(ErrorCode::license_wrong_request, "another key signed the licence's request");
    }
    const Deactivation release{license.id, license.fingerprint, license.request_nonce, now};
    return signed_text(LicenseDocument::release, write_release(release), device);
}

}  // namespace limpid::security
