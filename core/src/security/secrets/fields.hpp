#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/byte_buffer.hpp"
#include "security/crypto/memory.hpp"

namespace limpid::security {

/// Texts joined so that no two lists give the same bytes: each is preceded by its length as four
/// big-endian bytes. Precondition: every text is shorter than 2^32 bytes.
[[nodiscard]] std::string length_prefixed(std::initializer_list<std::string_view> texts);

/// Is `text` of the form [A-Za-z0-9_-]{1,64}, as ids of keys and documents are?
[[nodiscard]] bool is_identifier(std::string_view text) noexcept;

/// A number as std::to_string() writes it: no sign, no leading zero.
/// @return nothing for other text and above `max`.
[[nodiscard]] std::optional<std::uint64_t> parse_canonical(std::string_view text,
                                                           std::uint64_t max) noexcept;

/// The part of `text` before `separator`, which is cut off together with it; all of `text` when
/// there is no separator.
[[nodiscard]] std::string_view take_until(std::string_view& text, char separator) noexcept;

/// Overwrites a buffer or a string with zeros when the block ends.
template <class Buffer>
class WipeAtEnd {
public:
    explicit WipeAtEnd(Buffer& buffer) noexcept : buffer_(buffer) {}
    WipeAtEnd(const WipeAtEnd&) = delete;
    WipeAtEnd& operator=(const WipeAtEnd&) = delete;
    ~WipeAtEnd() { wipe(std::as_writable_bytes(std::span(buffer_.data(), buffer_.size()))); }

private:
    Buffer& buffer_;
};

}  // namespace limpid::security
