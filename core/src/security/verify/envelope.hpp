#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/verified.hpp"
#include "security/time.hpp"

namespace limpid::security {

/// 2^53 - 1, Number.MAX_SAFE_INTEGER.
inline constexpr std::uint64_t kMaxCounter = (std::uint64_t{1} << 53U) - 1;
/// Nesting of a payload, which lies one level down.
inline constexpr std::size_t kMaxEnvelopeDepth = 65;

/// A signed document taken apart; nothing of it is believed yet.
struct Envelope {
    SignatureInfo info;
    Signature signature{};
    /// Canonical JSON.
    std::string payload;
};

/// The bytes that are signed, as docs/security.md gives them.
[[nodiscard]] std::string signed_bytes(const SignatureInfo& info, std::string_view payload);

/// The document's canonical text.
[[nodiscard]] std::string to_string(const Envelope& envelope);

/// The inverse: `text` must be exactly what to_string() makes of the result.
/// @return signature.malformed | signature.unsupported.
[[nodiscard]] Result<Envelope> parse_envelope(std::string_view text);

}  // namespace limpid::security
