#pragma once

#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/license_activation.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/types.hpp"

// Everything about licences that needs a secret key. Absent from a library built with
// LIMPID_VERIFY_ONLY.
namespace limpid::security {

/// Sign a licence.
/// @return argument.invalid naming the member that is not of the form License says. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> issue_license(const License& license,
                                                           const SigningKey& issuer);

/// Sign a list of withdrawn licences. @return argument.invalid.
[[nodiscard]] LIMPID_API Result<std::string> issue_revocations(const RevocationList& list,
                                                               const SigningKey& issuer);

/// On the machine: write a request. The members device_key and nonce are filled in.
/// @param device  the machine's own key. @return argument.invalid.
[[nodiscard]] LIMPID_API Result<std::string> request_activation(ActivationRequest request,
                                                                const SigningKey& device,
                                                                RandomSource& random);

/// At the issuer: answer a request with a licence for that machine.
/// @param terms  the licence without fingerprint, device_key and request_nonce.
/// @return argument.invalid, also when `terms` are of another licence or product.
[[nodiscard]] LIMPID_API Result<std::string> issue_activation(const ActivationRequest& request,
                                                              License terms,
                                                              const SigningKey& issuer);

/// On the machine: give a licence back. The caller then sets LicenseMemory::deactivated.
/// @return license.wrong_request when `device` is not the key of its request.
[[nodiscard]] LIMPID_API Result<std::string> deactivate_license(const License& license,
                                                                const SigningKey& device,
                                                                UnixSeconds now);

}  // namespace limpid::security
