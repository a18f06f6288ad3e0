#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "limpid/recipe.hpp"
#include "limpid/security/json.hpp"
#include "recipe/fields.hpp"
#include "security/validate/strict_json.hpp"

namespace limpid {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxRecipeDepth = 64;
constexpr std::size_t kMaxEvidence = 32;
constexpr std::size_t kMaxNameBytes = 100;
constexpr std::size_t kMaxReasonBytes = 1000;

/// Evidence is free of meaning for the pixels; the range is Decimal's own.
constexpr double kEvidenceMagnitude = 200'000.0;

/// `parent` and one more token of a JSON pointer (RFC 6901).
std::string pointer(const std::string& parent, std::string_view token) {
    std::string text = parent + "/";
    for (const char c : excerpt(token)) {
        if (c == '~') {
            text += "~0";
        } else if (c == '/') {
            text += "~1";
        } else {
            text += c;
        }
    }
    return text;
}

std::unexpected<Error> wrong_type(const std::string& at, const Json& json,
                                  std::string_view wanted) {
    return fail(ErrorCode::recipe_wrong_type,
                at + " is " + json.type_name() + "; it must be " + std::string(wanted));
}

Status read_number(const Json& json, const std::string& at, double min, double max, Decimal& out) {
    if (!json.is_number()) return wrong_type(at, json, "number");
    const double value = json.get<double>();
    const Decimal rounded = Decimal::from_double(value);
    if (!(value >= min && value <= max)) {
        return fail(ErrorCode::recipe_out_of_range,
                    at + " is " + security::canonical_number(value) + "; the range is " +
                        to_string(Decimal::from_double(min)) + ".." +
                        to_string(Decimal::from_double(max)));
    }
    out = rounded;
    return {};
}

Status read_text(const Json& json, const std::string& at, std::size_t max_bytes, std::string& out) {
    if (!json.is_string()) return wrong_type(at, json, "string");
    const auto& text = json.get_ref<const std::string&>();
    if (text.size() > max_bytes) {
        return fail(ErrorCode::recipe_out_of_range, at + " is " + std::to_string(text.size()) +
                                                        " bytes long; at most " +
                                                        std::to_string(max_bytes));
    }
    out = text;
    return {};
}

Status read_evidence_item(const Json& json, const std::string& at, Evidence& out) {
    if (!json.is_object()) return wrong_type(at, json, "object");
    for (const auto& [name, value] : json.items()) {
        const std::string here = pointer(at, name);
        Status read;
        if (name == "name") {
            read = read_text(value, here, kMaxNameBytes, out.name);
        } else if (name == "unit") {
            read = read_text(value, here, kMaxNameBytes, out.unit);
        } else if (name == "value") {
            read = read_number(value, here, -kEvidenceMagnitude, kEvidenceMagnitude, out.value);
        } else {
            return fail(ErrorCode::recipe_unknown_field, here);
        }
        if (!read) return read;
    }
    for (const std::string_view name : {"name", "unit", "value"}) {
        if (!json.contains(name)) return fail(ErrorCode::recipe_missing_field, pointer(at, name));
    }
    return {};
}

Status read_evidence(const Json& json, const std::string& at, std::vector<Evidence>& out) {
    if (!json.is_array()) return wrong_type(at, json, "array");
    if (json.size() > kMaxEvidence) {
        return fail(ErrorCode::recipe_out_of_range, at + " has " + std::to_string(json.size()) +
                                                        " items; at most " +
                                                        std::to_string(kMaxEvidence));
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
        out.emplace_back();
        Status read = read_evidence_item(json[i], pointer(at, std::to_string(i)), out.back());
        if (!read) return read;
    }
    return {};
}

const recipe::Field* find_field(const recipe::Op& op, std::string_view name) {
    for (const recipe::Field& field : op.fields) {
        if (field.name == name) return &field;
    }
    return nullptr;
}

Status read_member(const recipe::Op& op, std::string_view name, const Json& value,
                   const std::string& at, Recipe& out) {
    Correction& correction = op.get_mutable(out);
    if (name == "strength") return read_number(value, at, 0, 1, correction.strength);
    if (name == "confidence") return read_number(value, at, 0, 1, correction.confidence);
    if (name == "reason") return read_text(value, at, kMaxReasonBytes, correction.reason);
    if (name == "evidence") return read_evidence(value, at, correction.evidence);
    const recipe::Field* field = find_field(op, name);
    if (field == nullptr) return fail(ErrorCode::recipe_unknown_field, at);
    return read_number(value, at, field->min.to_double(), field->max.to_double(),
                       field->get_mutable(out));
}

Status read_op(const recipe::Op& op, const Json& json, const std::string& at, Recipe& out) {
    if (!json.is_object()) return wrong_type(at, json, "object");
    for (const auto& [name, value] : json.items()) {
        Status read = read_member(op, name, value, pointer(at, name), out);
        if (!read) return read;
    }
    return {};
}

const recipe::Op* find_op(std::string_view name) {
    for (const recipe::Op& op : recipe::ops()) {
        if (op.name == name) return &op;
    }
    return nullptr;
}

Status check_recipe_version(const Json& json) {
    const auto version = json.find("version");
    if (version == json.end()) return fail(ErrorCode::recipe_missing_field, "/version");
    if (!version->is_number()) return wrong_type("/version", *version, "number");
    if (const auto number = version->get<double>(); number != Recipe::kVersion) {
        return fail(ErrorCode::recipe_unsupported_version,
                    "/version is " + security::canonical_number(number));
    }
    return {};
}

}  // namespace

Result<Recipe> parse_recipe(std::string_view json, const Limits& limits) {
    if (json.size() > limits.max_recipe_bytes) {
        return fail(ErrorCode::recipe_too_large, std::to_string(json.size()) +
                                                     " bytes; max_recipe_bytes is " +
                                                     std::to_string(limits.max_recipe_bytes));
    }
    Result<Json> tree =
        security::parse_strict_json(json, kMaxRecipeDepth, ErrorCode::recipe_malformed);
    if (!tree) return std::unexpected(std::move(tree).error());
    if (!tree->is_object()) return wrong_type("the recipe", *tree, "object");
    if (Status version = check_recipe_version(*tree); !version) {
        return std::unexpected(std::move(version).error());
    }
    Recipe recipe;
    for (const auto& [name, value] : tree->items()) {
        if (name == "version") continue;
        const std::string at = pointer("", name);
        const recipe::Op* op = find_op(name);
        if (op == nullptr) return fail(ErrorCode::recipe_unknown_field, at);
        if (Status read = read_op(*op, value, at, recipe); !read) {
            return std::unexpected(std::move(read).error());
        }
    }
    return recipe;
}

}  // namespace limpid
