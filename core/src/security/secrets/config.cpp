#include "limpid/security/config.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "limpid/security/redact.hpp"
#include "security/secrets/escapes.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxSettingBytes = 65'536;

/// Settings whose values may be shown, folded: those of limits.def, and what the guides of image
/// and web services configure in the open.
constexpr std::string_view kHarmless[] = {
#define LIMPID_LIMIT(name, default_value, unit, doc) #name,
#include "limpid/limits.def"
#undef LIMPID_LIMIT
    "allow_guest_mode",
    "base_path",
    "bind",
    "cors_origin",
    "database_url",
    "demo_mode",
    "host",
    "image_path",
    "input_dir",
    "jwt_expiration",
    "listen",
    "log_format",
    "log_level",
    "node_env",
    "output_dir",
    "port",
    "public_url",
    "rate_limit_max_requests",
    "rate_limit_window_ms",
    "region",
    "retention_days",
    "standalone_host",
    "tcp_connection_timeout",
    "tcp_max_connections",
    "threads",
    "timeout_ms",
    "trust_proxy",
    "ws_auth_enabled",
    "ws_connection_timeout",
    "ws_max_connections",
};

std::unexpected<Error> malformed_config(std::string_view key_path, std::string_view what) {
    return fail(ErrorCode::config_malformed, excerpt(key_path) + ": " + std::string(what));
}

/// `NAME` when `text` is `${NAME}` and nothing else.
std::optional<std::string_view> only_placeholder(std::string_view text) {
    if (!text.starts_with("${") || !text.ends_with('}')) return std::nullopt;
    return text.substr(2, text.size() - 3);
}

/// Append the value of the placeholder whose name is `name`.
Status append_variable(std::string_view name, std::string_view key_path, SecretReader& reader,
                       std::string& out) {
    const Result<SecretReference> reference = parse_secret_reference("env:" + std::string(name));
    if (!reference) return malformed_config(key_path, "a placeholder holds no variable's name");
    const Result<std::optional<Secret>> value = reader.read_variable(name);
    if (!value) return fail(value.error().id(), excerpt(key_path) + ": " + excerpt(name));
    if (!*value) {
        return fail(ErrorCode::config_unresolved, excerpt(key_path) + ": " + excerpt(name));
    }
    const std::string_view text = (*value)->expose_text();
    if (text.find("${") != std::string_view::npos) {
        return malformed_config(key_path, "the value of " + excerpt(name) + " holds a placeholder");
    }
    if (text.size() > kMaxSettingBytes) return malformed_config(key_path, "a value is too long");
    out += text;
    return {};
}

}  // namespace

Result<std::string> expand_variables(std::string_view text, std::string_view key_path,
                                     SecretReader& reader) {
    if (text.size() > kMaxSettingBytes)
        return malformed_config(key_path, "the setting is too long");
    std::string out;
    while (!text.empty()) {
        const std::size_t dollar = std::min(text.find('$'), text.size());
        out += text.substr(0, dollar);
        text.remove_prefix(dollar);
        if (text.starts_with("$$")) {
            out += '$';
            text.remove_prefix(2);
        } else if (text.starts_with("${")) {
            const std::size_t end = text.find('}');
            if (end == std::string_view::npos)
                return malformed_config(key_path, "a ${ is not closed");
            Status appended = append_variable(text.substr(2, end - 2), key_path, reader, out);
            if (!appended) return std::unexpected(std::move(appended).error());
            text.remove_prefix(end + 1);
        } else if (!text.empty()) {
            return malformed_config(key_path, "a single $");
        }
        if (out.size() > kMaxSettingBytes)
            return malformed_config(key_path, "the setting is too long");
    }
    return out;
}

Result<SecretReference> check_secret_setting(std::string_view text, std::string_view key_path) {
    const auto variable = only_placeholder(text);
    Result<SecretReference> reference =
        parse_secret_reference(variable ? "env:" + std::string(*variable) : std::string(text));
    if (reference) return reference;
    return fail(reference.error().id(), excerpt(key_path));
}

SettingVisibility setting_visibility(std::string_view name) noexcept {
    std::string folded = fold_name(name);
    for (const std::string_view prefix : {"limpid", "config"}) {
        if (folded.starts_with(prefix)) folded.erase(0, prefix.size());
    }
    const bool harmless = std::ranges::any_of(
        kHarmless, [&](std::string_view known) { return fold_name(known) == folded; });
    return harmless ? SettingVisibility::may_be_shown : SettingVisibility::secret;
}

std::string explain_setting(std::string_view name, std::string_view value) {
    if (setting_visibility(name) == SettingVisibility::secret) return std::string(kRedacted);
    return redact_url(value, RedactionSet());
}

}  // namespace limpid::security
