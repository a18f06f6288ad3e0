#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "limpid/security/json.hpp"
#include "security/validate/canonical_json.hpp"
#include "security/validate/strict_json.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

const Json& json(const void* node) { return *static_cast<const Json*>(node); }

constexpr double kMaxSafeInteger = 9'007'199'254'740'991;

}  // namespace

std::string_view to_string(JsonType type) noexcept {
    switch (type) {
        case JsonType::null:
            return "null";
        case JsonType::boolean:
            return "boolean";
        case JsonType::number:
            return "number";
        case JsonType::string:
            return "string";
        case JsonType::array:
            return "array";
        case JsonType::object:
            return "object";
    }
    return "null";
}

JsonType JsonView::type() const noexcept {
    const Json& value = json(node_);
    if (value.is_boolean()) return JsonType::boolean;
    if (value.is_number()) return JsonType::number;
    if (value.is_string()) return JsonType::string;
    if (value.is_array()) return JsonType::array;
    if (value.is_object()) return JsonType::object;
    return JsonType::null;
}

std::optional<bool> JsonView::as_boolean() const noexcept {
    if (!json(node_).is_boolean()) return std::nullopt;
    return json(node_).get<bool>();
}

std::optional<double> JsonView::as_number() const noexcept {
    if (!json(node_).is_number()) return std::nullopt;
    return json(node_).get<double>();
}

std::optional<std::int64_t> JsonView::as_integer() const noexcept {
    const std::optional<double> number = as_number();
    if (!number || std::trunc(*number) != *number) return std::nullopt;
    if (*number < -kMaxSafeInteger || *number > kMaxSafeInteger) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::optional<std::string_view> JsonView::as_string() const noexcept {
    if (!json(node_).is_string()) return std::nullopt;
    return json(node_).get_ref<const std::string&>();
}

std::size_t JsonView::size() const noexcept {
    return json(node_).is_structured() ? json(node_).size() : 0;
}

std::optional<JsonView> JsonView::at(std::size_t index) const noexcept {
    const Json& value = json(node_);
    if (!value.is_array() || index >= value.size()) return std::nullopt;
    return JsonView(&value[index]);
}

std::optional<JsonView> JsonView::find(std::string_view name) const {
    const Json& value = json(node_);
    if (!value.is_object()) return std::nullopt;
    const auto found = value.find(name);
    if (found == value.end()) return std::nullopt;
    return JsonView(&*found);
}

std::vector<std::string_view> JsonView::names() const {
    const Json& value = json(node_);
    std::vector<std::string_view> out;
    if (!value.is_object()) return out;
    out.reserve(value.size());
    for (auto member = value.begin(); member != value.end(); ++member) out.push_back(member.key());
    return out;
}

std::string JsonView::canonical() const { return canonical_json(json(node_)); }

struct JsonDocument::Tree {
    Json root;
};

JsonDocument::JsonDocument(std::unique_ptr<Tree> tree) noexcept : tree_(std::move(tree)) {}
JsonDocument::JsonDocument(JsonDocument&& other) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&& other) noexcept = default;
JsonDocument::~JsonDocument() = default;

JsonView JsonDocument::root() const noexcept { return JsonView(&tree_->root); }

Result<JsonDocument> parse_json_strict(std::string_view text, const Limits& limits) {
    if (text.size() > limits.max_json_bytes) {
        return fail(ErrorCode::json_too_large, std::to_string(text.size()) +
                                                   " bytes; max_json_bytes is " +
                                                   std::to_string(limits.max_json_bytes));
    }
    StrictJsonRules rules;
    rules.max_depth = static_cast<std::size_t>(limits.max_json_depth);
    rules.max_values = static_cast<std::size_t>(limits.max_json_values);
    auto tree = parse_strict_json(text, rules);
    if (!tree) return std::unexpected(std::move(tree).error());
    return JsonDocument(std::make_unique<JsonDocument::Tree>(std::move(*tree)));
}

}  // namespace limpid::security
