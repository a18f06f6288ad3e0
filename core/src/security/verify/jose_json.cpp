#include "security/verify/jose_json.hpp"

#include <algorithm>
#include <cstddef>

#include "security/ascii.hpp"
#include "security/validate/strict_json.hpp"

namespace limpid::security {

Result<nlohmann::json> parse_jose_object(std::string_view json, ErrorCode malformed) {
    constexpr std::size_t kMaxDepth = 16;
    Result<nlohmann::json> tree = parse_strict_json(json, kMaxDepth, malformed);
    if (!tree) return fail(malformed, "not strict JSON");
    if (!tree->is_object()) return fail(malformed, "not a JSON object");
    return tree;
}

Result<std::optional<std::string>> find_text(const nlohmann::json& object, std::string_view name,
                                             ErrorCode malformed) {
    const auto found = object.find(name);
    if (found == object.end()) return std::nullopt;
    if (!found->is_string()) return fail(malformed, std::string(name) + " is not text");
    return found->get_ref<const std::string&>();
}

bool is_key_id(std::string_view text) noexcept {
    constexpr std::size_t kMaxBytes = 64;
    const auto allowed = [](char c) {
        return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= kMaxBytes && std::ranges::all_of(text, allowed);
}

}  // namespace limpid::security
