#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/types.hpp"

// Licences that are verified without a server. A licence is one line of text:
//
//   LIMPID-LICENSE-<base64url of the payload>.<base64url of the Ed25519 signature>
//
// docs/security.md gives the payload's members and the exact bytes that are signed. Issuing is in
// license_issue.hpp, requests and activation in license_activation.hpp, licences of Keygen and
// Imagor Studio in foreign_license.hpp.
namespace limpid::security {

/// What a licence is worth at a moment, best first.
enum class LicenseState : std::uint8_t {
    active,
    grace,               ///< past its end, but not by more than the grace days
    expired,             ///< past its grace days
    not_yet_valid,       ///< begins in the future
    clock_rollback,      ///< the clock is behind the time it was last seen at
    too_many_instances,  ///< as many instances as allowed run already
    machine_mismatch,    ///< bound to another machine
    deactivated,         ///< given back on this machine
    revoked,             ///< withdrawn by its issuer
    not_genuine,         ///< not what the issuer signed: any changed byte
    malformed,           ///< empty, too large, or signed but not understood by this version
};

/// `active`, `grace`, … as the enumerators are named.
[[nodiscard]] LIMPID_API std::string_view to_string(LicenseState state) noexcept;

/// What an issuer signs. Texts are UTF-8.
struct License {
    /// Days a licence works after its end unless it says otherwise.
    static constexpr std::int64_t kDefaultGraceDays = 45;

    /// A GUID, lower case, as in 4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3. A renewal keeps it.
    std::string id;
    /// What is licensed, [A-Za-z0-9_-]{1,64}.
    std::string product;
    /// To whom, 0..256 bytes. Personal data: no public status holds it.
    std::string licensee;
    /// machine_fingerprint() it is bound to; empty: site-wide, any number of machines.
    std::string fingerprint;
    /// What the machine signed its request with, as to_string(VerifyKey); empty without a request.
    std::string device_key;
    /// Of the request that it answers; empty without a request.
    std::string request_nonce;
    /// At most 64 names, [A-Za-z0-9_-]{1,64} each.
    std::vector<std::string> features;
    /// Instances that may run at once; 0: any number.
    std::uint32_t max_instances = 0;
    /// When it was signed, and when it begins.
    UnixSeconds issued_at, not_before;
    /// The last second before the grace days; absent: for ever.
    std::optional<UnixSeconds> expires_at;
    /// 0..3650 days.
    std::int64_t grace_days = kDefaultGraceDays;
    /// Set by foreign licences that say they are suspended; never issued.
    bool suspended = false;
    friend bool operator==(const License&, const License&) = default;
};

/// Largest licence document that is read, in bytes.
inline constexpr std::size_t kMaxLicenseBytes = 65'536;

/// Is `text` a GUID in the form of License::id?
[[nodiscard]] LIMPID_API bool is_license_id(std::string_view text) noexcept;

/// Read a licence and verify who issued it. Says nothing about time and machine.
/// @param issuers  keys that are believed: several while one replaces another; none: nothing is.
/// @return license.not_genuine; license.malformed. Thread-safe.
[[nodiscard]] LIMPID_API Result<License> read_license(std::string_view text,
                                                      std::span<const VerifyKey> issuers);

/// What names a machine in licences: 64 hex digits, HMAC-SHA256 of the machine's id under a salt of
/// the application, so that the id (e.g. /etc/machine-id, to be kept private) is not given away and
/// two applications cannot compare machines. White space at the id's ends does not count.
/// @return argument.invalid for a salt under 16 bytes or an empty id.
[[nodiscard]] LIMPID_API Result<std::string> machine_fingerprint(Bytes application_salt,
                                                                 std::string_view machine_id);

/// What an installation remembers of a licence from one check to the next. Keep it sealed.
struct LicenseMemory {
    /// The latest moment a check saw.
    UnixSeconds last_seen;
    /// License::issued_at of that check; a licence issued later starts anew, so that a clock that
    /// once ran ahead does not lock out a renewal.
    UnixSeconds issued_at;
    /// Deactivated on this machine.
    bool deactivated = false;
    /// RevocationList::sequence of the newest list that was read.
    std::uint64_t revocations_seen = 0;
    friend bool operator==(const LicenseMemory&, const LicenseMemory&) = default;
};

/// Seal what is remembered of the licence `id`, so that it cannot be edited or used for another.
/// @return as seal().
[[nodiscard]] LIMPID_API Result<std::string> seal_license_memory(const LicenseMemory& memory,
                                                                 std::string_view id,
                                                                 const Keyring& ring,
                                                                 RandomSource& random);

/// The inverse. @return as unseal().
[[nodiscard]] LIMPID_API Result<LicenseMemory> unseal_license_memory(std::string_view sealed,
                                                                     std::string_view id,
                                                                     const Keyring& ring,
                                                                     UnixSeconds now);

/// Licences an issuer has withdrawn; see read_revocations().
struct RevocationList {
    /// Grows with every list.
    std::uint64_t sequence = 0;
    UnixSeconds issued_at = {};
    /// At most 4096 License::id.
    std::vector<std::string> ids = {};
};

/// Read a signed list. @param min_sequence  LicenseMemory::revocations_seen.
/// @return license.not_genuine; license.malformed; signature.rolled_back for an older list.
[[nodiscard]] LIMPID_API Result<RevocationList> read_revocations(std::string_view text,
                                                                 std::span<const VerifyKey> issuers,
                                                                 std::uint64_t min_sequence);

/// Where and when a licence is looked at. Views and pointers are borrowed for the call.
struct LicenseConditions {
    UnixSeconds now = {};
    /// This machine's; needed for licences that are bound to one.
    std::string_view fingerprint = {};
    /// What the last check left; absent at the first.
    std::optional<LicenseMemory> memory = {};
    /// Withdrawn licences; may be null.
    const RevocationList* revocations = nullptr;
    /// Instances that run beside this one; see InstanceLeases.
    std::uint32_t other_instances = 0;
    /// How far the clock may go back between two checks, in seconds.
    std::int64_t clock_tolerance_s = 3600;
};

/// What a check found.
struct LicenseStatus {
    LicenseState state = LicenseState::malformed;
    /// Absent when the document is not genuine or malformed.
    std::optional<License> license;
    /// Whole days to the end, rounded down, negative after it; absent without an end.
    std::optional<std::int64_t> days_left;
    /// The last second that is still grace; absent without an end.
    std::optional<UnixSeconds> grace_until;
    /// To be kept for the next check.
    LicenseMemory memory;

    /// May the product be used: active or in grace?
    [[nodiscard]] bool usable() const noexcept {
        return state == LicenseState::active || state == LicenseState::grace;
    }
};

/// What `license` is worth. Of several reasons against it, the one that is hardest to cure counts.
[[nodiscard]] LIMPID_API LicenseStatus evaluate_license(const License& license,
                                                        const LicenseConditions& conditions);

/// read_license() and evaluate_license(): always a status. Thread-safe.
[[nodiscard]] LIMPID_API LicenseStatus check_license(std::string_view text,
                                                     std::span<const VerifyKey> issuers,
                                                     const LicenseConditions& conditions);

/// Success when the product may be used, else the state as an error, e.g. license.expired.
[[nodiscard]] LIMPID_API Status require_license(const LicenseStatus& status);

/// As require_license(), and the licence must list `feature`.
/// @return also license.feature_not_licensed.
[[nodiscard]] LIMPID_API Status require_feature(const LicenseStatus& status,
                                                std::string_view feature);

/// First 8 and last 4 characters with `...` between; `[redacted]` under 24 characters.
[[nodiscard]] LIMPID_API std::string mask_license_key(std::string_view text);

/// A status anyone may see, as canonical JSON: binding, days_left, expires_at, features,
/// grace_days, max_instances, state, usable. Holds no licensee, id, key or fingerprint.
[[nodiscard]] LIMPID_API std::string public_license_status(const LicenseStatus& status);

/// Counts running instances by leases that they renew. Not thread-safe.
class LIMPID_API InstanceLeases {
public:
    /// Instances that are told apart at most, also where a licence allows any number.
    static constexpr std::size_t kMaxInstances = 65'536;

    /// @param max_instances  License::max_instances. @param lease_s  a lease that is not renewed
    /// for so long is free again; 1 or more.
    explicit InstanceLeases(std::uint32_t max_instances, std::int64_t lease_s = 300) noexcept;

    /// Take a lease, or renew one's own. @param instance  1..128 bytes, unique to the instance.
    /// @return license.too_many_instances; argument.invalid.
    [[nodiscard]] Status acquire(std::string_view instance, UnixSeconds now);
    /// Give it back.
    void release(std::string_view instance) noexcept;
    /// Leases that are alive.
    [[nodiscard]] std::size_t count(UnixSeconds now) const noexcept;

private:
    struct Lease {
        std::string instance;
        UnixSeconds renewed_at;
    };
    [[nodiscard]] bool alive(const Lease& lease, UnixSeconds now) const noexcept;

    std::size_t max_instances_;
    std::int64_t lease_s_;
    std::vector<Lease> leases_;
};

}  // namespace limpid::security
