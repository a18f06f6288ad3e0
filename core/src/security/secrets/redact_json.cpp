#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "limpid/security/redact.hpp"
#include "security/validate/strict_json.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxJsonBytes = 1U << 20U;

/// `{"name": "authorization", "value": …}`, as lists of headers and form fields are written.
bool is_sensitive_pair(const Json& object) {
    if (!object.contains("value")) return false;
    for (const char* label : {"name", "key", "header", "field"}) {
        const auto found = object.find(label);
        if (found != object.end() && found->is_string() &&
            is_sensitive_name(found->get_ref<const std::string&>())) {
            return true;
        }
    }
    return false;
}

/// Recursion is bounded by the parser's kMaxDepth.
Json redacted(const Json& in, const RedactionSet& values) {
    if (in.is_string()) return redact_text(in.get_ref<const std::string&>(), values);
    if (in.is_array()) {
        Json out = Json::array();
        for (const Json& item : in) out.push_back(redacted(item, values));
        return out;
    }
    if (!in.is_object()) return in;
    Json out = Json::object();
    const bool pair = is_sensitive_pair(in);
    for (const auto& [name, value] : in.items()) {
        Json& slot = out[redact_text(name, values)];
        const bool secret = pair ? name == "value" : is_sensitive_name(name);
        slot = secret ? Json(kRedacted) : redacted(value, values);
    }
    return out;
}

}  // namespace

std::string redact_json(std::string_view json, const RedactionSet& values) {
    if (json.size() > kMaxJsonBytes) return redact_text(json, values);
    const auto tree = parse_strict_json(json, kMaxDepth, ErrorCode::encoding_malformed);
    if (!tree) return redact_text(json, values);
    return redacted(*tree, values).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace limpid::security
