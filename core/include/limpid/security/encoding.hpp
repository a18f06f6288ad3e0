#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// The four base64 forms of RFC 4648: alphabet of section 4 (`+/`) or section 5 (`-_`), with the
/// padding `=` that makes the length a multiple of four, or without any.
enum class Base64 : std::uint8_t { standard, standard_unpadded, url, url_unpadded };

/// Lower-case hexadecimal, two digits a byte. Takes the same time for any contents of one length.
[[nodiscard]] LIMPID_API std::string encode_hex(Bytes bytes);

/// Bytes from hexadecimal digits of either case.
/// @return encoding.malformed for an odd length or any other character; memory.exhausted.
/// Thread-safe.
[[nodiscard]] LIMPID_API Result<ByteBuffer> decode_hex(std::string_view text);

/// Base64 text of `bytes`. Takes the same time for any contents of one length.
[[nodiscard]] LIMPID_API std::string encode_base64(Bytes bytes, Base64 form);

/// Bytes from base64 text in exactly the given form.
///
/// Any bytes have one text that is accepted, the one encode_base64() writes: white space, missing
/// or surplus padding, the other alphabet, and unused bits that are not zero (RFC 4648 section 3.5)
/// are refused. Otherwise a signed text could be changed without its bytes changing.
///
/// @return encoding.malformed; memory.exhausted. Thread-safe.
[[nodiscard]] LIMPID_API Result<ByteBuffer> decode_base64(std::string_view text, Base64 form);

}  // namespace limpid::security
