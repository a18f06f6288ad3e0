#include "service/multipart.hpp"

#include <algorithm>
#include <utility>

#include "service/http_message.hpp"

namespace limpid::service {
namespace {

constexpr std::size_t kMaxParts = 16;
constexpr std::size_t kMaxPartHeadBytes = 4096;

std::unexpected<Error> malformed_form(std::string_view why) {
    return fail(ErrorCode::http_malformed, "the form: " + std::string(why));
}

bool is_boundary(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("'()+_,-./:=?").contains(c);
    };
    return !text.empty() && text.size() <= 70 && std::ranges::all_of(text, allowed);
}

/// The value of a parameter as in `form-data; name="file"`, its quotes removed.
std::optional<std::string> parameter_of(std::string_view header, std::string_view name) {
    std::size_t at = header.find(';');
    while (at != std::string_view::npos) {
        header.remove_prefix(at + 1);
        const std::size_t equals = header.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const bool wanted = equal_ignoring_case(trimmed(header.substr(0, equals)), name);
        header.remove_prefix(equals + 1);
        const bool quoted = header.starts_with('"');
        if (quoted) header.remove_prefix(1);
        const std::size_t end = std::min(header.find(quoted ? '"' : ';'), header.size());
        if (wanted)
            return std::string(quoted ? header.substr(0, end) : trimmed(header.substr(0, end)));
        header.remove_prefix(end);
        at = header.find(';');
    }
    return std::nullopt;
}

/// Read the lines above a part's content into `part`.
Status take_part_head(FormPart& part, std::string_view head) {
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return malformed_form("a line without a colon");
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (equal_ignoring_case(name, "Content-Disposition")) {
            part.name = parameter_of(value, "name").value_or("");
        } else if (equal_ignoring_case(name, "Content-Type")) {
            part.content_type = value;
        } else if (equal_ignoring_case(name, "Content-Transfer-Encoding")) {
            return malformed_form("an encoded part");
        }
    }
    if (part.name.empty()) return malformed_form("a part without a name");
    return {};
}

/// Take one part, up to the next delimiter, off the front of `text`.
Result<FormPart> take_part(std::string_view& text, const std::string& delimiter) {
    const std::size_t blank = text.substr(0, kMaxPartHeadBytes).find("\r\n\r\n");
    const std::size_t end = text.find(delimiter);
    if (blank == std::string_view::npos || end == std::string_view::npos || blank + 4 > end) {
        return malformed_form("a part does not end");
    }
    FormPart part;
    if (Status status = take_part_head(part, text.substr(2, blank - 2)); !status) {
        return std::unexpected(status.error());
    }
    part.content = text.substr(blank + 4, end - blank - 4);
    text.remove_prefix(end + delimiter.size());
    return part;
}

}  // namespace

Result<std::optional<std::string>> form_boundary(std::string_view content_type) {
    const std::size_t end = std::min(content_type.find(';'), content_type.size());
    if (!equal_ignoring_case(trimmed(content_type.substr(0, end)), "multipart/form-data")) {
        return std::nullopt;
    }
    auto boundary = parameter_of(content_type, "boundary");
    if (!boundary || !is_boundary(*boundary)) return malformed_form("no boundary");
    return boundary;
}

Result<std::vector<FormPart>> parse_form(std::span<const std::byte> body,
                                         std::string_view boundary) {
    const std::string delimiter = "\r\n--" + std::string(boundary);
    std::string_view text{reinterpret_cast<const char*>(body.data()), body.size()};
    if (!text.starts_with(std::string_view(delimiter).substr(2))) {
        return malformed_form("it does not begin with its boundary");
    }
    text.remove_prefix(delimiter.size() - 2);
    std::vector<FormPart> parts;
    while (!text.starts_with("--")) {
        if (!text.starts_with("\r\n")) return malformed_form("a boundary that goes on");
        if (parts.size() == kMaxParts) return malformed_form("too many parts");
        auto part = take_part(text, delimiter);
        if (!part) return std::unexpected(std::move(part).error());
        if (std::ranges::find(parts, part->name, &FormPart::name) != parts.end()) {
            return malformed_form("a part that comes twice");
        }
        parts.push_back(*std::move(part));
    }
    return parts;
}

}  // namespace limpid::service
