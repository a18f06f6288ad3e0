#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/signed_document.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/types.hpp"

// Absent from a library built with LIMPID_VERIFY_ONLY.
namespace limpid::security {

/// What is signed beside the payload.
struct SigningTerms {
    /// 0..253402300799 (the year 9999).
    UnixSeconds issued_at{};
    /// After issued_at; absent: never.
    std::optional<UnixSeconds> expires_at = std::nullopt;
    /// Up to 2^53 - 1, the largest integer that every JSON reader keeps.
    std::optional<std::uint64_t> counter = std::nullopt;
};

/// Sign a JSON value.
/// @param payload  JSON, in any spelling; numbers that are written as an integer beyond 2^53 - 1
/// are
///     refused, as readers round them differently.
/// @param purpose  see is_purpose().
/// @return the document, canonical, without a line feed; argument.invalid for terms or a purpose
/// out of range; signature.malformed for a payload that is not JSON or too large. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> sign_document(std::string_view payload,
                                                           const SigningKey& key,
                                                           std::string_view purpose,
                                                           const SigningTerms& terms);

}  // namespace limpid::security
