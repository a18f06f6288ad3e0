#include <algorithm>
#include <string>

#include "limpid/security/secret_source.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxTargetBytes = 4096;
constexpr std::uint64_t kMaxDescriptor = 1023;

struct SchemePrefix {
    std::string_view prefix;
    ReferenceScheme scheme;
};
constexpr SchemePrefix kSchemePrefixes[] = {
    {"file:", ReferenceScheme::file},     {"env:", ReferenceScheme::env},
    {"fd:", ReferenceScheme::fd},         {"vault:", ReferenceScheme::vault},
    {"aws-sm:", ReferenceScheme::aws_sm},
};

bool is_variable_name(std::string_view text) {
    return !text.empty() && (text[0] < '0' || text[0] > '9') &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

bool fits(ReferenceScheme scheme, std::string_view target) {
    if (target.empty() || target.size() > kMaxTargetBytes) return false;
    const bool printable = std::ranges::all_of(target, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7F;
    });
    if (!printable) return false;
    if (scheme == ReferenceScheme::env) return is_variable_name(target);
    if (scheme == ReferenceScheme::fd) return parse_canonical(target, kMaxDescriptor).has_value();
    return true;
}

}  // namespace

Result<SecretReference> parse_secret_reference(std::string_view text) {
    for (const auto& [prefix, scheme] : kSchemePrefixes) {
        if (!text.starts_with(prefix)) continue;
        const std::string_view target = text.substr(prefix.size());
        if (!fits(scheme, target)) {
            return fail(ErrorCode::secret_malformed_reference,
                        "what follows " + std::string(prefix));
        }
        return SecretReference{scheme, std::string(target)};
    }
    return fail(ErrorCode::secret_literal_refused);
}

}  // namespace limpid::security
