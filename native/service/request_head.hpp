#pragma once

#include <cstddef>
#include <string_view>

#include "limpid/error.hpp"
#include "service/http_message.hpp"

namespace limpid::service {

/// Largest head of a request, with its empty line, its longest line, and its most fields.
inline constexpr std::size_t kMaxHeadBytes = 32'768;
inline constexpr std::size_t kMaxHeadLineBytes = 8192;
inline constexpr std::size_t kMaxHeadFields = 64;

/// Where the head ends in what has come of a request; npos: not yet. Also at line ends that are not
/// allowed, which parse_request_head() then refuses at once.
[[nodiscard]] std::size_t find_head_end(std::string_view text) noexcept;

/// Read the head of a request, refusing whatever a proxy in front could read differently, which is
/// what request smuggling lives on: Content-Length twice, or beside Transfer-Encoding, or not plain
/// digits; any Transfer-Encoding but `chunked`, and any at all in HTTP/1.0; CR or LF alone; folded
/// lines; blanks before a colon or around the parts of the first line; control characters; a
/// Connection that is no list of words; two Hosts or none in HTTP/1.1; a target that is no path.
///
/// @param text  up to and with the empty line.
/// @return http.malformed, http.head_too_large, http.unsupported_encoding; never the text itself.
///         `peer`, `encrypted` and `certificate_names` are left to the caller.
[[nodiscard]] Result<RequestHead> parse_request_head(std::string_view text);

}  // namespace limpid::service
