#include "service/request_head.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace limpid::service {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 9110 section 5.6.2
constexpr bool is_token_char(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_printable(char c) { return c > ' ' && c < '\x7f'; }

/// Of a field: what RFC 9110 section 5.5 allows.
bool is_value_char(char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f');
}

std::unexpected<Error> malformed_head(std::string_view why) {
    return fail(ErrorCode::http_malformed, std::string(why));
}

/// The next line without its CRLF; nothing when it does not end in one.
std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos || !text.substr(end).starts_with("\r\n")) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    return line;
}

Status take_target(RequestHead& head, std::string_view target) {
    if (!target.starts_with('/') || !std::ranges::all_of(target, is_printable) ||
        target.contains('#')) {
        return malformed_head("the target is no path");
    }
    head.target = target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    head.path = target.substr(0, mark);
    head.query = target.substr(std::min(mark + 1, target.size()));
    return {};
}

/// @return is it HTTP/1.1?
Result<bool> take_request_line(RequestHead& head, std::string_view line) {
    const std::size_t first = std::min(line.find(' '), line.size());
    const std::size_t last = line.rfind(' ');
    if (last == std::string_view::npos || last <= first) return malformed_head("the first line");
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed_head("the version");
    head.method = line.substr(0, first);
    if (!is_token(head.method)) return malformed_head("the method");
    if (Status status = take_target(head, line.substr(first + 1, last - first - 1)); !status) {
        return std::unexpected(status.error());
    }
    return version == "HTTP/1.1";
}

Status take_field(RequestHead& head, std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return malformed_head("a field without a colon");
    // Also refuses blanks before the colon and at the start of a line.
    if (!is_token(line.substr(0, colon))) return malformed_head("the name of a field");
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::ranges::all_of(value, is_value_char)) {
        return malformed_head("a control character in a field");
    }
    head.fields.push_back({std::string(line.substr(0, colon)), std::string(value)});
    return {};
}

std::ptrdiff_t count_of(const RequestHead& head, std::string_view name) {
    return std::ranges::count_if(head.fields, [&](const HeaderField& field) {
        return equal_ignoring_case(field.name, name);
    });
}

/// RFC 9110 section 7.6.1: a list of tokens. What else it may hold, proxies read differently.
Status check_connection(const RequestHead& head) {
    for (const HeaderField& field : head.fields) {
        if (!equal_ignoring_case(field.name, "Connection") &&
            !equal_ignoring_case(field.name, "Proxy-Connection")) {
            continue;
        }
        if (!std::ranges::all_of(split(field.value, ','), is_token)) {
            return malformed_head("Connection is no list of words");
        }
    }
    return {};
}

/// How long the body is must be said once and in one way.
Status check_framing(const RequestHead& head, bool http_1_1) {
    const auto lengths = count_of(head, "Content-Length");
    const auto codings = count_of(head, "Transfer-Encoding");
    if (lengths + codings > 1)
        return malformed_head("the length of the body is given more than once");
    if (lengths == 1) {
        const std::string length = *head.field("Content-Length");
        if (length.empty() || length.size() > 19 || !std::ranges::all_of(length, is_digit)) {
            return malformed_head("Content-Length is no number");
        }
    }
    if (codings == 1 && !http_1_1) return malformed_head("Transfer-Encoding in HTTP/1.0");
    if (codings == 1 && !equal_ignoring_case(*head.field("Transfer-Encoding"), "chunked")) {
        return fail(ErrorCode::http_unsupported_encoding, "Transfer-Encoding is not chunked");
    }
    const auto hosts = count_of(head, "Host");
    if (hosts > 1 || (http_1_1 && hosts == 0)) return malformed_head("Host must come once");
    return {};
}

}  // namespace

std::size_t find_head_end(std::string_view text) noexcept {
    std::size_t best = std::string_view::npos;
    for (const std::string_view end : {"\r\n\r\n", "\n\n", "\n\r\n"}) {
        const std::size_t at = text.find(end);
        if (at != std::string_view::npos) best = std::min(best, at + end.size());
    }
    return best;
}

Result<RequestHead> parse_request_head(std::string_view text) {
    if (text.size() > kMaxHeadBytes) return fail(ErrorCode::http_head_too_large);
    RequestHead head;
    std::optional<bool> http_1_1;
    while (true) {
        const auto line = take_line(text);
        if (!line) return malformed_head("a line that does not end in CR LF");
        if (line->size() > kMaxHeadLineBytes || head.fields.size() > kMaxHeadFields) {
            return fail(ErrorCode::http_head_too_large);
        }
        if (!http_1_1) {
            const auto version = take_request_line(head, *line);
            if (!version) return std::unexpected(version.error());
            http_1_1 = *version;
        } else if (line->empty()) {
            break;
        } else if (Status status = take_field(head, *line); !status) {
            return std::unexpected(status.error());
        }
    }
    if (!text.empty()) return malformed_head("bytes after the empty line");
    if (Status status = check_framing(head, *http_1_1); !status) {
        return std::unexpected(status.error());
    }
    if (Status status = check_connection(head); !status) return std::unexpected(status.error());
    return head;
}

}  // namespace limpid::service
