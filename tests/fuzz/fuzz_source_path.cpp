#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/path.hpp"
#include "native/service/sources/source_url.hpp"

namespace limpid::fuzz {
namespace {

using service::sources::Source;
using service::sources::SourceKind;

std::string url_of(const Source& source) {
    return source.kind == SourceKind::local ? "local:///" + source.place : source.place;
}

void require_safe(const Source& source) {
    if (source.kind == SourceKind::local) {
        const auto joined = std::filesystem::path("/base/folder") / source.place;
        require(joined.lexically_normal() == joined && joined.string().starts_with("/base/folder/"),
                "a local source stays below its folder");
        return;
    }
    require(service::sources::is_host(source.host), "a remote source has a host");
    const std::size_t begin = source.place.find("//") + 2;
    std::string_view authority = std::string_view(source.place).substr(begin);
    authority = authority.substr(0, authority.find_first_of("/?"));
    require(!authority.contains('@') && !source.place.contains('#'),
            "a remote source names no user");
    require(authority.size() >= source.host.size(), "the host stands in the URL");
}

/// The options come back from the path that is made of them.
void require_round_trip(const service::sources::SourceRequest& request) {
    std::string options;
    for (const auto& [name, value] : request.parameters) {
        options.append(options.empty() ? "" : "/").append(name).append(":").append(value);
    }
    const std::string path = service::sources::source_path(options, url_of(request.source));
    const auto again = service::sources::parse_source_path(path);
    require(again && again->source == request.source, "a source reads back as itself");
    require(std::ranges::equal(again->parameters, request.parameters,
                               [](const auto& a, const auto& b) {
                                   return a.name == b.name && a.value == b.value;
                               }),
            "options read back as themselves");
}

}  // namespace

/// What was signed: options, and a source.
std::string source_path(Input input) {
    const auto request = service::sources::parse_source_path(text_of(input));
    if (!request) return verdict_of(request.error());
    require_safe(request->source);
    require_round_trip(*request);
    const std::string name = service::sources::name_for(request->source, "png");
    const std::string header =
        security::content_disposition(security::Disposition::shown_inline, name);
    require(std::ranges::all_of(header, [](char c) { return c >= 0x20 && c < 0x7F; }) &&
                std::ranges::count(header, '"') == 2,
            "no name of a source breaks out of its header");
    return std::string("ok ") + (request->source.kind == SourceKind::local ? "local " : "remote ") +
           std::to_string(request->parameters.size());
}

}  // namespace limpid::fuzz
