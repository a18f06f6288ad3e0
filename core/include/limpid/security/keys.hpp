#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// An Ed25519 signature, encoded as RFC 8032 section 5.1.6 says.
using Signature = std::array<std::byte, 64>;

/// Eight bytes that name a key, so that a verifier knows which of its keys to try. A name only:
/// whoever makes keys chooses it, and trust never rests on it.
///
/// For a key made by limpid it is the beginning of BLAKE2b-256 of the public key; a key from a
/// minisign or signify file keeps the random number that is in the file.
struct KeyId {
    /// As they stand in key and signature files.
    std::array<std::byte, 8> bytes{};
    auto operator<=>(const KeyId&) const = default;
};

/// Sixteen upper-case hex digits, last byte first: as minisign prints it.
[[nodiscard]] LIMPID_API std::string to_string(const KeyId& id);

/// The inverse of to_string(KeyId); digits of either case. @return key.malformed.
[[nodiscard]] LIMPID_API Result<KeyId> parse_key_id(std::string_view text);

/// Who may be believed: the public half of an Ed25519 key, with its id. A small value.
class LIMPID_API VerifyKey {
public:
    /// Size of the bare key in bytes.
    static constexpr std::size_t kBytes = 32;

    /// A bare key as RFC 8032 encodes it; the id is made from it.
    /// @return key.malformed when it is not 32 bytes, or not a point that signatures can be
    /// verified with (not on the curve, not canonical, or of small order).
    [[nodiscard]] static Result<VerifyKey> from_bytes(Bytes key);
    /// As from_bytes(key), with an id that is known already.
    [[nodiscard]] static Result<VerifyKey> from_bytes(Bytes key, const KeyId& id);

    /// The id, and the bare key.
    [[nodiscard]] const KeyId& id() const noexcept { return id_; }
    [[nodiscard]] std::span<const std::byte, kBytes> bytes() const noexcept { return key_; }

    friend bool operator==(const VerifyKey&, const VerifyKey&) = default;

private:
    VerifyKey(std::span<const std::byte, kBytes> key, const KeyId& id) noexcept;

    std::array<std::byte, kBytes> key_{};
    KeyId id_;
};

/// One line that holds key and id: 56 characters that begin with "RW", base64 of "Ed", the id and
/// the key. It is the second line of a minisign public key file, so that `minisign -P` takes it.
[[nodiscard]] LIMPID_API std::string to_string(const VerifyKey& key);

/// The inverse of to_string(VerifyKey). @return key.malformed for anything else, white space
/// included.
[[nodiscard]] LIMPID_API Result<VerifyKey> parse_verify_key(std::string_view text);

/// Is `signature` Ed25519 (RFC 8032 section 5.1, no context, no prehash) of `message` by `key`?
/// @return signature.malformed when it is not 64 bytes, signature.mismatch. Thread-safe.
[[nodiscard]] LIMPID_API Status verify(Bytes message, Bytes signature, const VerifyKey& key);

/// A message too large to hold, signed in pieces with Ed25519ph (RFC 8032 section 5.1, phflag 1,
/// empty context): update() any number of times, then verify() it or have a SigningKey sign it.
///
/// A signature of a whole message (verify() above) is never one of the same message in pieces:
/// signer and verifier agree on the way, not on the sizes of the pieces.
class LIMPID_API MessageInPieces {
public:
    MessageInPieces();
    MessageInPieces(MessageInPieces&& other) noexcept;
    MessageInPieces& operator=(MessageInPieces&& other) noexcept;
    MessageInPieces(const MessageInPieces&) = delete;
    MessageInPieces& operator=(const MessageInPieces&) = delete;
    ~MessageInPieces();

    /// Add the next piece, of any size.
    void update(Bytes piece) noexcept;

    /// Is `signature` of the pieces so far? Ends the message.
    /// @return signature.malformed | signature.mismatch; argument.invalid when it has ended before.
    [[nodiscard]] Status verify(Bytes signature, const VerifyKey& key);

private:
    friend class SigningKey;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace limpid::security
