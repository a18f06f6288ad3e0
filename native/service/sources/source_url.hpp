#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "service/query.hpp"

// The paths of signed URLs, after their signature:
//
//     /preset:vivid/format:webp/plain/local:///2026/a%20photo.jpg
//     /preset:vivid/format:webp/bG9jYWw6Ly8vMjAyNi9hIHBob3RvLmpwZw
namespace limpid::service::sources {

/// Where a picture comes from.
enum class SourceKind : std::uint8_t {
    local,   ///< `local:///PATH`: a file below source_root
    remote,  ///< `http://…` or `https://…`: a host of source_hosts
};

/// A picture, named by a URL.
struct Source {
    SourceKind kind = SourceKind::local;
    /// The path below source_root, checked by security::RelativePath; or the whole URL.
    std::string place;
    /// Of a remote source: its host, in lower case.
    std::string host;

    bool operator==(const Source&) const = default;
};

/// What a signed path asks for.
struct SourceRequest {
    Source source;
    /// Of read_enhance_request(): format, preset, strength, quality, and those of a size; not
    /// checked yet.
    std::vector<Parameter> parameters;
};

/// Read the URL of a source, as it is without any encoding.
/// @return source.not_found for a path that could leave its folder; argument.invalid for another
///         scheme, and for a remote URL that two readers could read differently: with a user, a
///         fragment, a backslash, a blank, or a host that is no plain name or address.
[[nodiscard]] Result<Source> parse_source(std::string_view url);

/// Read what was signed, path and query, once its signature was verified: options `name:value`, one
/// a segment, those of a size as read_imgproxy_option() does; then the source: `plain/` and the
/// percent-encoded URL, or its unpadded base64url. The option `exp:` and the query's `exp` are
/// SignedUrls::verify()'s.
/// @return as parse_source(); argument.invalid for an unknown option or parameter.
[[nodiscard]] Result<SourceRequest> parse_source_path(std::string_view path_and_query);

/// A path that parse_source_path() reads: the options, then the source in base64url, which no proxy
/// on the way rewrites.
/// @param options  `preset:vivid/format:webp`; empty: none.
[[nodiscard]] std::string source_path(std::string_view options, std::string_view url);

/// What the picture is offered as for saving: the source's own name, with another ending.
[[nodiscard]] std::string name_for(const Source& source, std::string_view extension);

/// Is `text` a host as parse_source() gives it?
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace limpid::service::sources
