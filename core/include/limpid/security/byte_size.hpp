#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid::security {

/// Read a size as configurations write it: `52428800`, `50mb`, `1.5 GB`.
///
/// Units are b, kb, mb, gb and tb in either case, each 1024 times the one before, as Node's `bytes`
/// and nginx count; kib, mib, gib and tib mean the same. At most one blank before the unit, and a
/// fraction only when it gives whole bytes. No sign, no exponent, no thousands separator.
///
/// @return bytes, 0 up to 2^53-1; size.malformed. Thread-safe.
[[nodiscard]] LIMPID_API Result<std::uint64_t> parse_byte_size(std::string_view text);

/// The shortest text that parse_byte_size() reads back as `bytes`: "50mb", "1536kb", "17b".
[[nodiscard]] LIMPID_API std::string format_byte_size(std::uint64_t bytes);

}  // namespace limpid::security
