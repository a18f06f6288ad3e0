#pragma once

#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/types.hpp"

// Binding a licence to a machine without a server: the machine writes a request, the issuer answers
// with a licence, the machine activates it; later it may give it back. Each document is one line
// like a licence, with REQUEST or RELEASE for LICENSE. The machine signs with a key of its own,
// made once and kept sealed.
namespace limpid::security {

/// What a machine asks for.
struct ActivationRequest {
    /// License::id of what was bought, License::product.
    std::string license_id, product;
    /// machine_fingerprint() of the machine.
    std::string fingerprint;
    /// The machine's public key, as to_string(VerifyKey).
    std::string device_key;
    /// 16 random bytes as base64url: a licence answers one request.
    std::string nonce;
    UnixSeconds created_at = {};
};

/// Read a request and verify that whoever wrote it holds the key it names.
/// @return license.not_genuine; license.malformed. Thread-safe.
[[nodiscard]] LIMPID_API Result<ActivationRequest> read_activation_request(std::string_view text);

/// Accept a licence that answers `request` on the machine with `fingerprint`.
/// @return as read_license(); license.wrong_request; license.machine_mismatch. Thread-safe.
[[nodiscard]] LIMPID_API Result<License> activate_license(std::string_view text,
                                                          std::span<const VerifyKey> issuers,
                                                          const ActivationRequest& request,
                                                          std::string_view fingerprint);

/// The proof that a machine has given its licence back.
struct Deactivation {
    std::string license_id, fingerprint;
    /// Of the licence's request, so that it releases that activation and no later one.
    std::string request_nonce;
    UnixSeconds deactivated_at;
};

/// Read what deactivate_license() wrote, for the licence that was issued.
/// @return license.not_genuine; license.malformed; license.wrong_request when it is of another
/// licence. Thread-safe.
[[nodiscard]] LIMPID_API Result<Deactivation> read_deactivation(std::string_view text,
                                                                const License& issued);

}  // namespace limpid::security
