#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace limpid::doctor {

/// What a line looks like.
enum class SecretKind : std::uint8_t {
    token,        ///< a token of well-known form: whsec_, IMGR-, sk-, ghp_, AKIA, lmp_, …
    private_key,  ///< the first line of a private key
    assignment,   ///< password = "…", with a value that looks random
};

/// A place where a secret seems to stand. Never holds the secret.
struct SecretHit {
    std::string path;
    /// From 1.
    int line = 0;
    SecretKind kind = SecretKind::token;
};

/// Find what looks like a secret in `text`. References (file:, env:, fd:, ${NAME}), paths and
/// placeholders are none. At most 100 hits are told.
/// @param path  for the hits.
[[nodiscard]] std::vector<SecretHit> scan_for_secrets(std::string_view path, std::string_view text);

/// "config.toml:3 (a token), …": at most five of them.
[[nodiscard]] std::string describe_hits(const std::vector<SecretHit>& hits);

}  // namespace limpid::doctor
