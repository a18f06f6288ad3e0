#include <cstddef>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "fuzz/fuzz_target.hpp"
#include "native/service/request_head.hpp"

namespace limpid::fuzz {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using service::RequestHead;

std::string_view view_of(beast::string_view text) { return {text.data(), text.size()}; }

/// The values of every field of the name, as RequestHead::field() joins them.
std::string joined_values(const http::fields& fields, std::string_view name) {
    std::string joined;
    const auto [first, last] = fields.equal_range(beast::string_view(name.data(), name.size()));
    for (auto field = first; field != last; ++field) {
        if (field != first) joined += ", ";
        joined += view_of(field->value());
    }
    return joined;
}

/// The length of the body in words.
std::string body_text(const RequestHead& head) {
    if (const auto length = head.content_length()) return std::to_string(*length);
    return head.has_body() ? "chunked" : "none";
}

/// Beast finds the body: had it another idea of the request than our reader, one of the two would
/// take for a request what the other takes for a body.
void require_that_beast_agrees(const RequestHead& head, std::string_view text) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(service::kMaxHeadBytes + 1);
    parser.body_limit(boost::none);
    boost::system::error_code error;
    const std::size_t taken = parser.put(boost::asio::buffer(text), error);
    require(!error, "Beast accepts what our reader accepts");
    require(taken == text.size() && parser.is_header_done(), "both see the same end of the head");

    const auto& message = parser.get();
    require(view_of(message.method_string()) == head.method, "both see the same method");
    const std::string_view target = view_of(message.target());
    require(target == head.path + (target.contains('?') ? "?" : "") + head.query,
            "both see the same target");

    std::size_t count = 0;
    for (const auto& field : message) {
        const std::string_view name = view_of(field.name_string());
        require(head.field(name) == joined_values(message, name), "both see the same fields");
        ++count;
    }
    require(count == head.fields.size(), "both see as many fields");

    const auto length = parser.content_length();
    require(length.has_value() == head.content_length().has_value() &&
                (!length || *length == head.content_length()),
            "both see the same length of the body");
    require(parser.chunked() == head.field("Transfer-Encoding").has_value(),
            "both see whether the body comes in chunks");
    require(parser.is_done() != head.has_body(), "both see whether there is a body");
}

}  // namespace

/// The head of a request, up to and with its empty line.
std::string request_head(Input input) {
    const std::string_view text = text_of(input);
    const auto head = service::parse_request_head(text);
    if (!head) return verdict_of(head.error());
    require(text.find("\r\n\r\n") + 4 == text.size(), "a head ends in its only empty line");
    require_that_beast_agrees(*head, text);
    return "ok " + head->method + " " + std::to_string(head->fields.size()) + " " +
           body_text(*head);
}

}  // namespace limpid::fuzz
