#include "service/sources/source_url.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "limpid/security/path.hpp"
#include "platform/printable.hpp"
#include "service/sources/imgproxy_options.hpp"
#include "service/text.hpp"

namespace limpid::service::sources {
namespace {

constexpr std::string_view kLocal = "local:///";
constexpr std::string_view kPlain = "plain/";
constexpr std::size_t kMaxUrlBytes = 2048;
constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxOptions = 32;
// A recipe has no place in a URL.
constexpr std::string_view kOptions[] = {"format", "preset", "strength", "quality", "fit"};

std::unexpected<Error> invalid(std::string_view why) {
    return fail(ErrorCode::argument_invalid, std::string(why));
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_name_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [stopped, error] = std::from_chars(text.begin(), text.end(), port);
    return error == std::errc() && stopped == text.end() && text.size() <= 5 && port >= 1 &&
           port <= 65'535;
}

/// Without its port, which must be one; nothing when it is not plainly a host.
std::optional<std::string> host_of(std::string_view authority) {
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return std::nullopt;
    const std::size_t colon = std::min(authority.find(':', bracket), authority.size());
    if (colon != authority.size() && !is_port(authority.substr(colon + 1))) return std::nullopt;
    std::string host = lower_case(authority.substr(0, colon));
    if (!is_host(host)) return std::nullopt;
    return host;
}

Result<Source> parse_remote(std::string_view url) {
    const bool plain_text =
        std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
    if (!plain_text || url.size() > kMaxUrlBytes || url.contains('#')) {
        return invalid("the source is no plain URL");
    }
    std::string_view rest = url.substr(url.find("//") + 2);
    const auto host = host_of(rest.substr(0, rest.find_first_of("/?")));
    if (!host) return invalid("the source has no plain host");
    return Source{.kind = SourceKind::remote, .place = std::string(url), .host = *host};
}

Result<Source> parse_local(std::string_view path) {
    auto below = security::RelativePath::parse(path);
    // Which files there are is not told, nor how their names are looked at.
    if (!below) return fail(ErrorCode::source_not_found);
    return Source{.kind = SourceKind::local, .place = below->text(), .host = {}};
}

/// The last segment of a signed path: the URL of the source.
Result<std::string> decode_source(std::string_view text) {
    if (text.starts_with(kPlain)) {
        auto url = percent_decoded(text.substr(kPlain.size()), Plus::is_plus);
        if (!url) return invalid("the source is not percent-encoded");
        return *std::move(url);
    }
    const auto bytes = security::decode_base64(text, security::Base64::url_unpadded);
    if (!bytes) return invalid("the source is neither plain/URL nor unpadded base64url");
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Status take_option(SourceRequest& request, std::string_view segment) {
    const std::size_t colon = segment.find(':');
    const std::string_view name = segment.substr(0, colon);
    const std::string_view value = segment.substr(colon + 1);
    if (name == "exp" || name == "expires") return {};
    std::vector<Parameter> read;
    if (is_imgproxy_option(name)) {
        auto parameters = read_imgproxy_option(name, value);
        if (!parameters) return std::unexpected(std::move(parameters).error());
        read = *std::move(parameters);
    } else if (std::ranges::find(kOptions, name) != std::end(kOptions)) {
        read.push_back({std::string(name), std::string(value)});
    } else {
        return invalid("there is no option " + platform::printable(name));
    }
    if (request.parameters.size() + read.size() > kMaxOptions) return invalid("too many options");
    std::ranges::move(read, std::back_inserter(request.parameters));
    return {};
}

Status check_query(std::string_view query) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view one = query.substr(0, end);
        if (one.substr(0, one.find('=')) != "exp") {
            return invalid("the query of a signed URL holds exp and nothing else");
        }
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return {};
}

}  // namespace

bool is_host(std::string_view text) {
    if (text.empty() || text.size() > kMaxHostBytes) return false;
    if (text.starts_with('[')) {
        return text.size() > 2 && text.ends_with(']') &&
               std::ranges::all_of(text.substr(1, text.size() - 2),
                                   [](char c) { return is_hex(c) || c == ':' || c == '.'; });
    }
    return std::ranges::all_of(text, is_name_char) && !text.starts_with('.') &&
           !text.ends_with('.') && !text.contains("..");
}

Result<Source> parse_source(std::string_view url) {
    if (url.starts_with(kLocal)) return parse_local(url.substr(kLocal.size()));
    if (url.starts_with("http://") || url.starts_with("https://")) return parse_remote(url);
    return invalid("a source is local:///PATH, http://HOST/PATH or https://HOST/PATH");
}

Result<SourceRequest> parse_source_path(std::string_view path_and_query) {
    SourceRequest request;
    const std::size_t mark = std::min(path_and_query.find('?'), path_and_query.size());
    const std::string_view query = path_and_query.substr(std::min(mark + 1, path_and_query.size()));
    if (Status status = check_query(query); !status) return std::unexpected(status.error());
    std::string_view rest = path_and_query.substr(0, mark);
    if (!rest.starts_with('/')) return invalid("the path does not begin with a slash");
    rest.remove_prefix(1);
    while (true) {
        // As SignedUrls finds them: options have arguments, and come first.
        const std::string_view segment = rest.substr(0, rest.find('/'));
        if (!segment.contains(':')) break;
        if (Status status = take_option(request, segment); !status) {
            return std::unexpected(status.error());
        }
        rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
    }
    const auto url = decode_source(rest);
    if (!url) return std::unexpected(url.error());
    auto source = parse_source(*url);
    if (!source) return std::unexpected(std::move(source).error());
    request.source = *std::move(source);
    return request;
}

std::string source_path(std::string_view options, std::string_view url) {
    std::string path = "/";
    if (!options.empty()) path.append(options).append("/");
    return path + security::encode_base64(security::as_bytes(url), security::Base64::url_unpadded);
}

std::string name_for(const Source& source, std::string_view extension) {
    std::string_view path = source.place;
    if (source.kind == SourceKind::remote) {
        path.remove_prefix(path.find("//") + 2);
        path = path.substr(0, path.find('?'));
        // Of a URL without a path, the host is no name.
        path = path.substr(std::min(path.find('/'), path.size()));
    }
    const std::string_view last = path.substr(path.rfind('/') + 1);
    std::string name = percent_decoded(last, Plus::is_plus).value_or(std::string(last));
    if (const std::size_t dot = name.rfind('.'); dot != std::string::npos) name.resize(dot);
    if (name.empty()) name = "image";
    return name.append(".").append(extension);
}

}  // namespace limpid::service::sources
