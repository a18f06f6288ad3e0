#include "limpid/security/content_security_policy.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace limpid::security {
namespace {

// CSP level 3, section 2.3.1: keyword-source, and 'none' and the keywords of other directives.
constexpr std::array<std::string_view, 12> kKeywords = {"none",
                                                        "self",
                                                        "unsafe-inline",
                                                        "unsafe-eval",
                                                        "unsafe-hashes",
                                                        "strict-dynamic",
                                                        "report-sample",
                                                        "wasm-unsafe-eval",
                                                        "inline-speculation-rules",
                                                        "unsafe-allow-redirects",
                                                        "allow-duplicates",
                                                        "script"};
constexpr std::array<std::string_view, 4> kQuotedPrefixes = {"nonce-", "sha256-", "sha384-",
                                                             "sha512-"};

bool is_directive_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// Visible ASCII without what ends a value, a directive or a policy.
bool is_value(std::string_view value) {
    return !value.empty() && std::ranges::all_of(value, [](char c) {
        return c > 0x20 && c < 0x7F && c != ';' && c != ',';
    });
}

bool lacks_quotes(std::string_view value) {
    return std::ranges::find(kKeywords, value) != kKeywords.end() ||
           std::ranges::any_of(kQuotedPrefixes, [&](auto p) { return value.starts_with(p); });
}

Status check(const CspDirective& directive) {
    if (!is_directive_name(directive.name)) {
        return fail(ErrorCode::policy_malformed, "CSP directive '" + excerpt(directive.name) + "'");
    }
    // The values of these two are bare words.
    const bool bare = directive.name == "sandbox" || directive.name == "trusted-types";
    for (const std::string& value : directive.values) {
        const std::string where = directive.name + " '" + excerpt(value) + "'";
        if (!is_value(value)) return fail(ErrorCode::policy_malformed, "CSP " + where);
        if (!bare && lacks_quotes(value)) {
            return fail(ErrorCode::policy_unsafe, "CSP " + where + " lacks its quotes");
        }
    }
    return {};
}

}  // namespace

Result<std::string> content_security_policy(const std::vector<CspDirective>& directives) {
    std::string out;
    for (std::size_t i = 0; i < directives.size(); ++i) {
        const CspDirective& directive = directives[i];
        if (Status fine = check(directive); !fine) return std::unexpected(fine.error());
        const auto earlier = directives.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::any_of(directives.begin(), earlier,
                        [&](const CspDirective& d) { return d.name == directive.name; })) {
            return fail(ErrorCode::policy_malformed, "CSP " + directive.name + " given twice");
        }
        if (i > 0) out += "; ";
        out += directive.name;
        for (const std::string& value : directive.values) out.append(" ").append(value);
    }
    return out;
}

}  // namespace limpid::security
