#include "service/settings_text.hpp"

#include <algorithm>

#include "limpid/security/json.hpp"
#include "limpid/security/redact.hpp"

namespace limpid::service {
namespace {

std::string flag_of(const SettingRow& row) {
    std::string flag = "--" + std::string(row.name);
    std::ranges::replace(flag, '_', '-');
    return flag;
}

std::string value_name(const SettingRow& row) {
    switch (row.kind) {
        case SettingKind::text:
            return "TEXT";
        case SettingKind::integer:
            return "N";
        case SettingKind::size:
            return "SIZE";
        case SettingKind::boolean:
            return "true|false";
        case SettingKind::choice:
            return std::string(row.range);
        case SettingKind::secret:
            break;
    }
    return "REFERENCE";
}

std::string toml_value(const Settings& settings, const SettingRow& row) {
    std::string text = text_of(settings, row);
    switch (row.kind) {
        case SettingKind::integer:
        case SettingKind::boolean:
            return text;
        case SettingKind::secret:
            return security::canonical_string(text.empty() ? "" : security::kRedacted);
        case SettingKind::text:
        case SettingKind::size:
        case SettingKind::choice:
            break;
    }
    // A JSON string is a TOML string; in the file, $$ stands for $.
    std::string value;
    for (const char c : security::redact_url(text, security::RedactionSet())) {
        value.append(c == '$' ? 2 : 1, c);
    }
    return security::canonical_string(value);
}

}  // namespace

std::string help_text() {
    std::string text =
        "limpidd: automatic photo enhancement over HTTP\n\n"
        "  limpidd [--config FILE] [--NAME VALUE]...\n"
        "  limpidd keys create|list|revoke --file FILE ...\n"
        "  limpidd users add|list|remove|set-role|set-password|disable|enable --file FILE ...\n"
        "  limpidd audit verify|query|export --file FILE [--key REFERENCE] ...\n"
        "  limpidd lockdown on|off|status --file FILE ...\n"
        "  limpidd sign-url [--options OPTIONS] [--expires SECONDS] [--keys REFERENCE] SOURCE\n"
        "  limpidd backup --state-dir FOLDER --to FOLDER\n"
        "  limpidd restore --from FOLDER --state-dir FOLDER\n\n"
        "  --config FILE     TOML file of settings\n"
        "  --print-config    print the settings, without secrets, and end\n"
        "  --help, --version\n\n"
        "Settings: --name VALUE, LIMPID_NAME in the environment, or name = VALUE in the file, in\n"
        "this order. A REFERENCE is file:PATH, env:NAME or fd:NUMBER.\n\n";
    for (const SettingRow& row : setting_rows()) {
        text += "  " + flag_of(row) + " " + value_name(row);
        if (row.kind == SettingKind::integer || row.kind == SettingKind::size) {
            text += " (" + std::string(row.range) + ")";
        }
        text += "\n      " + std::string(row.doc);
        if (!row.default_text.empty()) text += " [" + std::string(row.default_text) + "]";
        text += "\n";
    }
    return text;
}

std::string config_text(const Settings& settings) {
    std::string text;
    for (const SettingRow& row : setting_rows()) {
        text += std::string(row.name) + " = " + toml_value(settings, row) + "\n";
    }
    return text;
}

}  // namespace limpid::service
