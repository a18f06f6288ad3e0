#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace limpid::security {

/// Bytes that somebody else owns.
using Bytes = std::span<const std::byte>;

/// The bytes of `text`, borrowed from it; no terminator is added.
[[nodiscard]] inline Bytes as_bytes(std::string_view text) noexcept {
    return std::as_bytes(std::span(text));
}

/// A moment: seconds since 1970-01-01T00:00:00Z, leap seconds not counted. The library reads no
/// clock: whoever calls says what time it is.
struct UnixSeconds {
    /// Seconds; negative before 1970.
    std::int64_t value = 0;
    auto operator<=>(const UnixSeconds&) const = default;
};

/// Where random bytes come from. The library draws none by itself: natively hand in the operating
/// system's source, in JavaScript crypto.getRandomValues(), in a test a fixed sequence.
///
/// What is made from a predictable source (keys, nonces, tokens) is worth nothing.
class RandomSource {
public:
    RandomSource() = default;
    RandomSource(const RandomSource&) = delete;
    RandomSource& operator=(const RandomSource&) = delete;
    virtual ~RandomSource() = default;

    /// Fill all of `bytes` with bytes nobody can predict. Called from the thread of the call it
    /// was handed to.
    virtual void fill(std::span<std::byte> bytes) noexcept = 0;
};

}  // namespace limpid::security
