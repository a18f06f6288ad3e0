#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/secret_source.hpp"

namespace limpid::security {

/// Put the values of variables where a configuration writes `${NAME}`; `$$` stands for `$`.
///
/// Once, and not in the result again: a value that itself holds `${` is refused, as are nested,
/// unclosed and malformed placeholders. For settings that may be shown; a secret belongs in a
/// secret-typed setting, see check_secret_setting().
///
/// @param text      the setting's text as written; at most 64 KiB.
/// @param key_path  where it stands, e.g. "auth.tokens[1]": named in every error.
/// @param reader    asked for the variables.
/// @return config.unresolved for a variable that is not set; config.malformed.
[[nodiscard]] LIMPID_API Result<std::string> expand_variables(std::string_view text,
                                                              std::string_view key_path,
                                                              SecretReader& reader);

/// What a secret-typed setting refers to: `${NAME}`, alone, or a reference of
/// parse_secret_reference(). A literal, also one with a placeholder inside, is refused.
/// @return secret.literal_refused naming `key_path`; secret.malformed_reference.
[[nodiscard]] LIMPID_API Result<SecretReference> check_secret_setting(std::string_view text,
                                                                      std::string_view key_path);

/// May a setting's value be shown, or never?
enum class SettingVisibility : std::uint8_t { may_be_shown, secret };

/// Is the setting secret, by its name alone? `name` as in a configuration, an environment variable
/// or a registry: case, `_`, `-` and `.` do not matter, nor does a prefix `LIMPID_` or `config.`.
/// The settings known to be harmless are listed; a name that looks like a secret's, and every name
/// that is not known, is secret: what is forgotten is kept, not shown.
[[nodiscard]] LIMPID_API SettingVisibility setting_visibility(std::string_view name) noexcept;

/// What `explain` prints for a setting: its value, or `[redacted]`, with user name and password of
/// a URL removed even from values that may be shown.
[[nodiscard]] LIMPID_API std::string explain_setting(std::string_view name, std::string_view value);

}  // namespace limpid::security
