#include "service/json_request.hpp"

#include <algorithm>
#include <string>

#include "platform/printable.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

// Of what people and their programs send about users.
constexpr Limits kSmall = [] {
    Limits limits;
    limits.max_json_bytes = 16'384;
    limits.max_json_depth = 4;
    limits.max_json_values = 64;
    return limits;
}();

}  // namespace

Status check_json_head(const RequestHead& head, std::uint64_t max_bytes) {
    if (!head.has_body()) return fail(ErrorCode::upload_missing, "expected a JSON object");
    const auto coding = head.field("Content-Encoding");
    if (coding && !equal_ignoring_case(*coding, "identity")) {
        return fail(ErrorCode::http_unsupported_encoding, "Content-Encoding");
    }
    const std::string type = head.field("Content-Type").value_or("");
    if (!equal_ignoring_case(trimmed(type.substr(0, type.find(';'))), "application/json")) {
        return fail(ErrorCode::upload_unsupported_type, "expected application/json");
    }
    if (head.content_length().value_or(0) > max_bytes) {
        return std::unexpected(json_too_large(max_bytes));
    }
    return {};
}

Error json_too_large(std::uint64_t max_bytes) {
    return Error(ErrorCode::json_too_large, "max_json_bytes is " + std::to_string(max_bytes));
}

Result<security::JsonDocument> read_small_object(std::string_view body,
                                                 std::span<const std::string_view> members) {
    auto document = security::parse_json_strict(body, kSmall);
    if (!document) return document;
    if (document->root().type() != security::JsonType::object) {
        return fail(ErrorCode::argument_invalid, "expected a JSON object");
    }
    for (const std::string_view name : document->root().names()) {
        if (std::ranges::find(members, name) != members.end()) continue;
        return fail(ErrorCode::argument_invalid, "there is no member " + platform::printable(name));
    }
    return document;
}

Result<std::optional<std::string_view>> optional_text(const security::JsonView& object,
                                                      std::string_view name) {
    const auto member = object.find(name);
    if (!member) return std::nullopt;
    const auto text = member->as_string();
    if (!text) return fail(ErrorCode::argument_invalid, std::string(name) + " is a text");
    return text;
}

Result<std::string_view> required_text(const security::JsonView& object, std::string_view name) {
    const auto text = optional_text(object, name);
    if (!text) return std::unexpected(text.error());
    if (!*text) return fail(ErrorCode::argument_invalid, std::string(name) + " is missing");
    return **text;
}

}  // namespace limpid::service
