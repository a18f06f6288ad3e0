#pragma once

#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/license_activation.hpp"

namespace limpid::security {

/// Documents of one form, told apart in the text and in the signed bytes.
enum class LicenseDocument : std::uint8_t { license, request, release, revocations };

/// `LIMPID-LICENSE-` and so on.
[[nodiscard]] std::string_view prefix_of(LicenseDocument kind) noexcept;

/// What is signed: the length-prefixed texts `limpid-license-v1`, the prefix, the payload.
[[nodiscard]] std::string license_signed_bytes(LicenseDocument kind, std::string_view payload);

/// A text taken apart; proves nothing yet.
struct LicenseText {
    std::string payload;
    Signature signature{};
};

/// @return license.malformed for an empty or too large text, else license.not_genuine.
[[nodiscard]] Result<LicenseText> split_license_text(std::string_view text,
                                                     std::string_view prefix);

/// The payload of a document that one of `keys` signed. @return as split_license_text().
[[nodiscard]] Result<std::string> open_license_text(LicenseDocument kind, std::string_view text,
                                                    std::span<const VerifyKey> keys);

/// Payloads as canonical JSON, and back. Reading gives license.malformed for what the writer would
/// not write.
[[nodiscard]] std::string write_license(const License& license);
[[nodiscard]] Result<License> parse_license(std::string_view payload);
[[nodiscard]] std::string write_request(const ActivationRequest& request);
[[nodiscard]] Result<ActivationRequest> parse_request(std::string_view payload);
[[nodiscard]] std::string write_release(const Deactivation& release);
[[nodiscard]] Result<Deactivation> parse_release(std::string_view payload);
[[nodiscard]] std::string write_revocations(const RevocationList& list);
[[nodiscard]] Result<RevocationList> parse_revocations(std::string_view payload);

/// The member that is not of the documented form, as argument.invalid.
[[nodiscard]] Status check_license_members(const License& license);
[[nodiscard]] Status check_request_members(const ActivationRequest& request);
[[nodiscard]] Status check_revocation_members(const RevocationList& list);

}  // namespace limpid::security
