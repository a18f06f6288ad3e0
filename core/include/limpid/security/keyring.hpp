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
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// What may be known of a key.
struct KeyInfo {
    /// Its name within the ring, [A-Za-z0-9_-]{1,64}. Written beside everything the key seals.
    std::string id;
    /// When it was made.
    UnixSeconds created_at;
    /// The last second it still opens something; absent for the primary key.
    std::optional<UnixSeconds> valid_until;
};

/// Master keys with ids. One, the primary, seals and signs; the others still open what they sealed,
/// each until its time is over. Keys are never used themselves: see subkey().
///
/// Several processes share secrets by holding the same ring (to_secret(), parse()). Not thread-safe
/// while it changes; const members are.
class LIMPID_API Keyring {
public:
    /// Size of a master key, and the most a ring holds.
    static constexpr std::size_t kKeyBytes = 32;
    static constexpr std::size_t kMaxKeys = 64;

    /// A ring without keys: nothing can be sealed or opened with it.
    Keyring() = default;

    /// A ring with one random key.
    /// @return argument.invalid when `id` is not of KeyInfo's form; memory.exhausted.
    [[nodiscard]] static Result<Keyring> create(std::string id, UnixSeconds now,
                                                RandomSource& random);

    /// Add a key that exists. The first becomes the primary key; later ones only open.
    /// @return argument.invalid for an id that is taken or malformed, a key that has not kKeyBytes,
    /// or one key more than kMaxKeys.
    [[nodiscard]] Status add(std::string id, Secret key, UnixSeconds created_at);

    /// Make a new random key the primary one. The former still opens for `overlap_seconds` (0 or
    /// more), then what it sealed must have been sealed anew: see rekey().
    /// @return as add().
    [[nodiscard]] Status rotate(std::string id, UnixSeconds now, std::int64_t overlap_seconds,
                                RandomSource& random);

    /// Forget a key, and with it everything only it can open.
    /// @return sealed.unknown_key; argument.invalid for the primary key.
    [[nodiscard]] Status remove(std::string_view id);

    /// The keys, primary first, then newest first.
    [[nodiscard]] std::span<const KeyInfo> keys() const noexcept { return infos_; }
    /// Id of the primary key; empty when the ring is.
    [[nodiscard]] std::string_view primary_id() const noexcept {
        return infos_.empty() ? std::string_view() : std::string_view(infos_.front().id);
    }

    /// May the key be used at `now`? @return sealed.unknown_key; sealed.key_expired.
    [[nodiscard]] Status usable(std::string_view id, UnixSeconds now) const;

    /// The key for one purpose, 32 bytes: HKDF-SHA256 of the master key, salt `limpid-keyring-v1`,
    /// info the length-prefixed texts `subkey`, id, purpose. Also for HMAC and token keys, so that
    /// the ring's rotation is theirs. Does not look at the time: ask usable().
    /// @param purpose  1..255 bytes, e.g. "registry" or "jwt".
    /// @return sealed.unknown_key; argument.invalid; memory.exhausted.
    [[nodiscard]] Result<Secret> subkey(std::string_view id, std::string_view purpose) const;

    /// The ring as text, to be kept sealed (seal_with_passphrase()) or in a secret store: a line
    /// `limpid-keyring:v1`, then a line `id created-at valid-until base64url` for each key, primary
    /// first, where valid-until is `-` when absent. @return memory.exhausted.
    [[nodiscard]] Result<Secret> to_secret() const;

    /// The inverse; accepts exactly what to_secret() writes. @return keyring.malformed.
    [[nodiscard]] static Result<Keyring> parse(const Secret& secret);

private:
    [[nodiscard]] Status check_new(std::string_view id, const Secret& key) const;
    [[nodiscard]] std::optional<std::size_t> index_of(std::string_view id) const noexcept;
    [[nodiscard]] Status parse_key(std::string_view line);

    std::vector<KeyInfo> infos_;
    std::vector<Secret> keys_;  // parallel to infos_, which can be shown
};

}  // namespace limpid::security
