#include "service/http_message.hpp"

#include <charconv>

namespace limpid::service {
std::optional<std::string> RequestHead::field(std::string_view name) const {
    std::optional<std::string> joined;
    for (const HeaderField& header : fields) {
        if (!equal_ignoring_case(header.name, name)) continue;
        joined = joined ? *joined + ", " + header.value : header.value;
    }
    return joined;
}

std::optional<std::uint64_t> RequestHead::content_length() const {
    const auto text = field("Content-Length");
    if (!text) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    // Too many digits for 64 bits: larger than every limit.
    return error == std::errc() ? value : UINT64_MAX;
}

bool RequestHead::has_body() const {
    return field("Transfer-Encoding").has_value() || content_length().value_or(0) != 0;
}

std::string_view status_phrase(int status) noexcept {
    switch (status) {
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 507:
            return "Insufficient Storage";
        default:
            return status < 500 ? "Refused" : "Internal Server Error";
    }
}

}  // namespace limpid::service
