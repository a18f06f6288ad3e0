#include "service/rpc/rpc_answer.hpp"

#include <optional>

#include "limpid/security/json.hpp"
#include "limpid/security/problem.hpp"
#include "service/text.hpp"

namespace limpid::service::rpc {
namespace {

using security::JsonRpcErrorCode;

std::optional<std::string> field_of(const Response& response, std::string_view name) {
    for (const HeaderField& field : response.fields) {
        if (equal_ignoring_case(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::int32_t code_for(int status) {
    switch (status) {
        case 401:
            return static_cast<std::int32_t>(JsonRpcErrorCode::unauthorised);
        case 400:
        case 404:
        case 406:
        case 413:
        case 415:
        case 422:
            return static_cast<std::int32_t>(JsonRpcErrorCode::invalid_params);
        default:
            return kRefused;
    }
}

std::string_view message_for(std::int32_t code) {
    return code == kRefused ? "Refused" : to_string(static_cast<JsonRpcErrorCode>(code));
}

std::string with_member(std::string object, std::string_view member) {
    if (object.ends_with('}')) object.insert(object.size() - 1, "," + std::string(member));
    return object;
}

}  // namespace

std::string error_answer(const security::JsonRpcId& id, const Error& error) {
    const std::int32_t code = code_for(describe(error.id()).http_status);
    return json_rpc_error(id, code, message_for(code), security::problem_json(error));
}

std::string problem_answer(const security::JsonRpcId& id, const Response& response) {
    const std::int32_t code = code_for(response.status);
    std::string data = response.text;
    // A number of seconds, which the service wrote.
    if (const auto wait = field_of(response, "Retry-After")) {
        data = with_member(std::move(data), "\"retry_after_s\":" + *wait);
    }
    return json_rpc_error(id, code, message_for(code), data);
}

std::string problem_code(const Response& response) {
    const auto problem = security::parse_json_strict(response.text);
    if (!problem) return {};
    const auto code = problem->root().find("code");
    return std::string(code ? code->as_string().value_or("") : "");
}

std::string image_result(const Response& response, std::string_view image_json) {
    const std::string type = field_of(response, "Content-Type").value_or("");
    const std::string digest = field_of(response, "Repr-Digest").value_or("");
    std::string out = "{\"bytes\":" + std::to_string(response.body().size());
    out += ",\"digest\":" + security::canonical_string(digest);
    out += ",\"image\":" + std::string(image_json);
    out += ",\"type\":" + security::canonical_string(type) + "}";
    return out;
}

}  // namespace limpid::service::rpc
