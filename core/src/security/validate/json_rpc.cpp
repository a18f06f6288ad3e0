#include "limpid/security/json_rpc.hpp"

#include <utility>

#include "base/json_writer.hpp"

namespace limpid::security {

std::string_view to_string(JsonRpcErrorCode code) noexcept {
    switch (code) {
        case JsonRpcErrorCode::parse_error:
            return "Parse error";
        case JsonRpcErrorCode::invalid_request:
            return "Invalid Request";
        case JsonRpcErrorCode::method_not_found:
            return "Method not found";
        case JsonRpcErrorCode::invalid_params:
            return "Invalid params";
        case JsonRpcErrorCode::internal_error:
            return "Internal error";
        case JsonRpcErrorCode::unauthorised:
            return "Unauthorized";
    }
    return "Server error";
}

/// Reads one element; the friend of JsonRpcId, which nothing else may make.
class JsonRpcReader {
public:
    static JsonRpcCall read(JsonView element) {
        if (element.type() != JsonType::object) return invalid("a call is an object");
        // The id first: even a refusal is addressed to it when it can be read.
        std::optional<JsonRpcId> id;
        if (const auto sent = element.find("id")) {
            id = read_id(*sent);
            if (!id) return invalid("/id is neither a string, null nor a number within 2^53-1");
        }
        JsonRpcCall call = read_members(element);
        if (call.error) {
            call.id = id.value_or(JsonRpcId());
        } else {
            call.id = std::move(id);
        }
        return call;
    }

    static JsonRpcCall invalid(std::string reason,
                               JsonRpcErrorCode code = JsonRpcErrorCode::invalid_request) {
        JsonRpcCall call;
        call.id = JsonRpcId();
        call.error = code;
        call.reason = std::move(reason);
        return call;
    }

private:
    static constexpr double kMaxIdMagnitude = 9'007'199'254'740'991;

    static std::optional<JsonRpcId> read_id(JsonView sent) {
        if (const auto number = sent.as_number()) {
            if (*number < -kMaxIdMagnitude || *number > kMaxIdMagnitude) return std::nullopt;
        } else if (sent.type() != JsonType::string && sent.type() != JsonType::null) {
            return std::nullopt;
        }
        JsonRpcId id;
        id.json_ = sent.canonical();
        return id;
    }

    static JsonRpcCall read_members(JsonView element) {
        std::size_t known = 0;
        for (const std::string_view name : {"jsonrpc", "method", "params", "id"}) {
            known += element.find(name).has_value() ? 1 : 0;
        }
        if (known != element.size()) return invalid("a member JSON-RPC 2.0 does not know");
        const auto version = element.find("jsonrpc");
        if (!version || version->as_string() != "2.0") return invalid("/jsonrpc is not \"2.0\"");
        const auto method = element.find("method");
        const auto name = method ? method->as_string() : std::nullopt;
        if (!name || name->empty()) return invalid("/method is not a name");
        if (name->starts_with("rpc.")) return invalid("/method begins with rpc.");
        JsonRpcCall call;
        call.method = *name;
        call.params = element.find("params");
        if (call.params && call.params->type() != JsonType::array &&
            call.params->type() != JsonType::object) {
            return invalid("/params is neither an array nor an object");
        }
        return call;
    }
};

JsonRpcMessage parse_json_rpc(std::string_view text, const Limits& limits, std::size_t max_batch) {
    JsonRpcMessage message;
    auto document = parse_json_strict(text, limits);
    if (!document) {
        const ErrorCode code = document.error().id();
        const bool readable = code == ErrorCode::json_too_large || code == ErrorCode::json_too_deep;
        message.calls.push_back(JsonRpcReader::invalid(
            document.error().found(),
            readable ? JsonRpcErrorCode::invalid_request : JsonRpcErrorCode::parse_error));
        return message;
    }
    const JsonView root = message.document.emplace(std::move(*document)).root();
    if (root.type() != JsonType::array) {
        message.calls.push_back(JsonRpcReader::read(root));
    } else if (root.size() == 0 || root.size() > max_batch) {
        message.calls.push_back(JsonRpcReader::invalid("a batch of " + std::to_string(root.size()) +
                                                       "; from 1 to " + std::to_string(max_batch) +
                                                       " are accepted"));
    } else {
        message.is_batch = true;
        message.calls.reserve(root.size());
        for (std::size_t i = 0; i < root.size(); ++i) {
            message.calls.push_back(JsonRpcReader::read(*root.at(i)));
        }
    }
    return message;
}

std::string json_rpc_result(const JsonRpcId& id, std::string_view result_json) {
    JsonWriter json;
    json.begin_object().key("id").raw(id.json()).key("jsonrpc").value("2.0");
    json.key("result").raw(result_json).end_object();
    return std::move(json).take();
}

std::string json_rpc_error(const JsonRpcId& id, std::int32_t code, std::string_view message,
                           std::string_view data_json) {
    JsonWriter json;
    json.begin_object().key("error").begin_object().key("code").value(code);
    if (!data_json.empty()) json.key("data").raw(data_json);
    json.key("message").raw(canonical_string(message)).end_object();
    json.key("id").raw(id.json()).key("jsonrpc").value("2.0").end_object();
    return std::move(json).take();
}

std::string json_rpc_error(const JsonRpcCall& call) {
    const JsonRpcErrorCode code = call.error.value_or(JsonRpcErrorCode::internal_error);
    return json_rpc_error(call.id.value_or(JsonRpcId()), static_cast<std::int32_t>(code),
                          to_string(code));
}

std::optional<std::string> json_rpc_reply(const JsonRpcMessage& message,
                                          const std::vector<std::string>& answers) {
    if (answers.empty()) return std::nullopt;
    if (!message.is_batch) return answers.front();
    JsonWriter json;
    json.begin_array();
    for (const std::string& answer : answers) json.raw(answer);
    json.end_array();
    return std::move(json).take();
}

}  // namespace limpid::security
