#pragma once

#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::security {

[[nodiscard]] inline Secret secret_of(std::string_view text) {
    return Secret::copy_of(as_bytes(text)).value();
}

/// The secret as a string to compare with; the error's message when there is none.
[[nodiscard]] inline std::string text_of(const Result<Secret>& secret) {
    return secret ? std::string(secret->expose_text()) : secret.error().message();
}

/// Why there is no value; fails to compare with any expected code when there is one.
template <class T>
[[nodiscard]] std::string_view code_of(const Result<T>& result) {
    return result ? "none: it succeeded" : result.error().code();
}

}  // namespace limpid::security
