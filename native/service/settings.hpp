#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::service {

/// How the text of a setting is read; see settings.def.
enum class SettingKind : std::uint8_t { text, integer, size, boolean, choice, secret };

/// The member that holds a setting of each kind.
template <SettingKind kind>
struct SettingMember {
    using Type = std::string;
};
template <>
struct SettingMember<SettingKind::integer> {
    using Type = std::uint64_t;
};
template <>
struct SettingMember<SettingKind::size> {
    using Type = std::uint64_t;
};
template <>
struct SettingMember<SettingKind::boolean> {
    using Type = bool;
};

/// Every setting, by its name in settings.def. A secret's member holds its reference, never itself.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): members are in the table's order
struct Settings {
#define LIMPID_SETTING(kind, name, default_text, range, reload, doc) \
    SettingMember<SettingKind::kind>::Type name{};
#include "service/settings.def"
#undef LIMPID_SETTING
};

/// May a running service take a new value over?
enum class Reload : std::uint8_t { fixed, reloadable };

/// One row of settings.def. All text has static storage duration.
struct SettingRow {
    SettingKind kind;
    std::string_view name;
    std::string_view default_text;
    std::string_view range;
    Reload reload;
    std::string_view doc;
};

/// The table, in the order of settings.def.
[[nodiscard]] std::span<const SettingRow> setting_rows() noexcept;

/// The row of a setting, whatever of `-` and `_` its name is written with; null: there is none.
[[nodiscard]] const SettingRow* find_setting(std::string_view name) noexcept;

/// The name in settings.def that `name` was most likely meant to be.
[[nodiscard]] std::string_view nearest_setting(std::string_view name);

/// Read one setting from its text, except for the references of secrets, which are taken as they
/// are.
/// @param where  names the source in errors: "--listen", "LIMPID_LISTEN", "limpid.toml: listen".
/// @return config.invalid_value.
[[nodiscard]] Status assign(Settings& settings, const SettingRow& row, std::string_view text,
                            std::string_view where);

/// What assign() reads back as the same value.
[[nodiscard]] std::string text_of(const Settings& settings, const SettingRow& row);

/// The names of the settings that differ, separated by commas.
[[nodiscard]] std::string changed_settings(const Settings& before, const Settings& after);

/// Everything at its default.
[[nodiscard]] Settings default_settings();

/// `next` with every fixed setting as in `running`: what a running service may take over.
[[nodiscard]] Settings reloaded(const Settings& running, Settings next);

}  // namespace limpid::service
