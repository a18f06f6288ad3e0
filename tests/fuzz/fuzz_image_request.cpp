#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/fuzz_target.hpp"
#include "limpid/digest.hpp"
#include "native/service/enhance_request.hpp"
#include "native/service/multipart.hpp"
#include "native/service/query.hpp"
#include "native/service/resize_parameters.hpp"

namespace limpid::fuzz {
namespace {

using service::FormPart;

constexpr std::uint64_t kMaxBodyBytes = 1U << 20U;
// Beyond it the head of a part written anew could be longer than the reader allows.
constexpr std::size_t kMaxCopiedHeadBytes = 3500;

std::string_view take_text_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

/// What was read from a query reads back from its encoding.
void require_query_round_trip(std::string_view query) {
    const auto parameters = service::parse_query(query);
    if (!parameters) return;
    std::string again;
    for (const auto& [name, value] : *parameters) {
        again += percent_encoded(name) + "=" + percent_encoded(value) + "&";
    }
    const auto reread = service::parse_query(again);
    require(reread && std::ranges::equal(*parameters, *reread,
                                         [](const auto& a, const auto& b) {
                                             return a.name == b.name && a.value == b.value;
                                         }),
            "a query reads back as itself");
}

std::string form_text(std::span<const FormPart> parts, std::string_view boundary) {
    std::string text;
    for (const FormPart& part : parts) {
        // A name with a quote inside was not quoted.
        const std::string_view quote = part.name.contains('"') ? "" : "\"";
        text.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=");
        text.append(quote).append(part.name).append(quote).append("\r\n");
        if (part.content_type) text += "Content-Type: " + *part.content_type + "\r\n";
        text.append("\r\n").append(part.content).append("\r\n");
    }
    return text.append("--").append(boundary).append("--");
}

bool is_same_part(const FormPart& a, const FormPart& b) {
    return a.name == b.name && a.content_type == b.content_type && a.content == b.content;
}

/// The parts of a form lie in its body one after the other, and read back from a form of them.
void require_form_round_trip(std::string_view body, std::string_view boundary) {
    const auto parts = service::parse_form(std::as_bytes(std::span(body)), boundary);
    if (!parts || parts->empty()) return;
    const char* reached = body.data();
    for (const FormPart& part : *parts) {
        require(part.content.data() >= reached &&
                    part.content.data() + part.content.size() <= body.data() + body.size(),
                "the parts of a form lie in its body, in their order");
        reached = part.content.data() + part.content.size();
        if (part.name.size() + part.content_type.value_or("").size() > kMaxCopiedHeadBytes) return;
    }
    const std::string text = form_text(*parts, boundary);
    const auto again = service::parse_form(std::as_bytes(std::span(text)), boundary);
    require(again && std::ranges::equal(*parts, *again, is_same_part),
            "a form reads back as itself");
}

bool lies_within(std::span<const std::byte> inner, std::span<const std::byte> outer) {
    return inner.data() >= outer.data() &&
           inner.data() + inner.size() <= outer.data() + outer.size();
}

std::string verdict_on(const service::ImageUpload& upload, const service::EnhanceRequest& request) {
    const EnhanceOptions& options = request.options;
    require(options.format.has_value(), "a request for a picture has a format");
    require(options.encode.quality >= 1 && options.encode.quality <= 100, "a quality is 1 to 100");
    require(
        options.strength.ten_thousandths >= 0 && options.strength.ten_thousandths <= Decimal::kOne,
        "a strength is 0 to 1");
    if (options.resize) {
        const auto again = service::read_resize(service::resize_parameters(*options.resize));
        require(again && *again == options.resize, "a size reads back as itself");
    }
    const std::string tag = service::entity_tag(sha256(upload.image), request);
    require(service::matches_tag("W/\"x\", " + tag, tag), "a tag matches itself in a list");
    return "ok " + std::string(to_string(*options.format)) + " " +
           std::string(to_string(options.preset));
}

}  // namespace

/// A request for a picture: lines with the query, the Content-Type and the Accept header, each
/// absent when empty; the rest is the body.
std::string image_request(Input input) {
    std::string_view text = text_of(input);
    service::RequestHead head;
    head.method = "POST";
    head.path = "/v1/enhance";
    head.query = take_text_line(text);
    for (const char* name : {"Content-Type", "Accept"}) {
        const std::string_view value = take_text_line(text);
        if (!value.empty()) head.fields.push_back({name, std::string(value)});
    }
    head.fields.push_back({"Content-Length", std::to_string(text.size())});
    require_query_round_trip(head.query);
    const auto boundary = service::form_boundary(head.field("Content-Type").value_or(""));
    if (boundary && *boundary) require_form_round_trip(text, **boundary);

    if (Status status = service::check_upload_head(head, kMaxBodyBytes); !status) {
        return "head " + verdict_of(status.error());
    }
    const auto body = std::as_bytes(std::span(text));
    const auto upload = service::read_upload(head, body, kMaxBodyBytes);
    if (!upload) return "upload " + verdict_of(upload.error());
    require(!upload->image.empty() && lies_within(upload->image, body),
            "a picture lies in the body it came in");
    const auto request = service::read_enhance_request(*upload, head.field("Accept"));
    if (!request) return "request " + verdict_of(request.error());
    return verdict_on(*upload, *request);
}

}  // namespace limpid::fuzz
