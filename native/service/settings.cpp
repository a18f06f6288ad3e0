#include "service/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

#include "limpid/security/byte_size.hpp"
#include "platform/edit_distance.hpp"
#include "platform/printable.hpp"

namespace limpid::service {
namespace {

constexpr std::array kRows = {
#define LIMPID_SETTING(kind, name, default_text, range, reload, doc) \
    SettingRow{SettingKind::kind, #name, default_text, range, Reload::reload, doc},
#include "service/settings.def"
#undef LIMPID_SETTING
};

/// Call `visit` with the member of a row.
template <class SettingsType, class Visit>
void visit_member(SettingsType& settings, const SettingRow& row, Visit visit) {
#define LIMPID_SETTING(kind, member, default_text, range, reload, doc) \
    if (row.name == #member) visit(settings.member);
#include "service/settings.def"
#undef LIMPID_SETTING
}

std::string folded(std::string_view name) {
    std::string out(name);
    std::ranges::replace(out, '-', '_');
    return out;
}

std::optional<std::uint64_t> parse_integer(std::string_view text) {
    std::uint64_t value = 0;
    const auto [stopped, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || stopped != text.end()) return std::nullopt;
    return value;
}

bool in_range(std::uint64_t value, std::string_view range) {
    const std::size_t dots = range.find("..");
    return value >= parse_integer(range.substr(0, dots)) &&
           value <= parse_integer(range.substr(dots + 2));
}

bool is_choice(std::string_view text, std::string_view range) {
    while (!range.empty()) {
        const std::size_t bar = std::min(range.find('|'), range.size());
        if (range.substr(0, bar) == text) return true;
        range.remove_prefix(std::min(bar + 1, range.size()));
    }
    return false;
}

Status refuse(std::string_view where, std::string_view text, std::string_view expected) {
    return fail(ErrorCode::config_invalid_value, std::string(where) + ": `" +
                                                     platform::printable(text) + "`; expected " +
                                                     std::string(expected));
}

bool read_value(const SettingRow& row, std::string_view text, std::uint64_t& value) {
    if (row.kind == SettingKind::size) {
        const auto size = security::parse_byte_size(text);
        if (!size || !in_range(*size, row.range)) return false;
        value = *size;
        return true;
    }
    const auto number = parse_integer(text);
    if (!number || !in_range(*number, row.range)) return false;
    value = *number;
    return true;
}

bool read_value(const SettingRow&, std::string_view text, bool& value) {
    value = text == "true";
    return value || text == "false";
}

bool read_value(const SettingRow& row, std::string_view text, std::string& value) {
    if (row.kind == SettingKind::choice && !is_choice(text, row.range)) return false;
    if (text.size() > 4096 || platform::escaped(text) != text) return false;
    value = text;
    return true;
}

std::string expected_of(const SettingRow& row) {
    switch (row.kind) {
        case SettingKind::integer:
            return "a number " + std::string(row.range);
        case SettingKind::size:
            return "a size " + std::string(row.range) + ", as 1048576 or 50mb";
        case SettingKind::boolean:
            return "true or false";
        case SettingKind::choice:
            return std::string(row.range);
        case SettingKind::text:
        case SettingKind::secret:
            break;
    }
    return "one line of at most 4096 bytes";
}

std::string to_text(const SettingRow&, const std::string& value) { return value; }
std::string to_text(const SettingRow&, bool value) { return value ? "true" : "false"; }
std::string to_text(const SettingRow& row, std::uint64_t value) {
    return row.kind == SettingKind::size ? security::format_byte_size(value)
                                         : std::to_string(value);
}

}  // namespace

std::span<const SettingRow> setting_rows() noexcept { return kRows; }

const SettingRow* find_setting(std::string_view name) noexcept {
    const auto found =
        std::ranges::find(kRows, folded(name), [](const SettingRow& row) { return row.name; });
    return found == kRows.end() ? nullptr : &*found;
}

std::string_view nearest_setting(std::string_view name) {
    const std::string wanted = folded(name.substr(0, 64));
    return std::ranges::min_element(
               kRows, {},
               [&](const SettingRow& row) { return platform::edit_distance(wanted, row.name); })
        ->name;
}

Status assign(Settings& settings, const SettingRow& row, std::string_view text,
              std::string_view where) {
    bool understood = false;
    visit_member(settings, row, [&](auto& value) { understood = read_value(row, text, value); });
    return understood ? Status() : refuse(where, text, expected_of(row));
}

std::string text_of(const Settings& settings, const SettingRow& row) {
    std::string text;
    visit_member(settings, row, [&](const auto& value) { text = to_text(row, value); });
    return text;
}

std::string changed_settings(const Settings& before, const Settings& after) {
    std::string names;
    for (const SettingRow& row : kRows) {
        if (text_of(before, row) == text_of(after, row)) continue;
        names.append(names.empty() ? "" : ",").append(row.name);
    }
    return names;
}

Settings default_settings() {
    Settings settings;
    for (const SettingRow& row : kRows) {
        // The table's own texts; a test reads every one.
        [[maybe_unused]] const Status status = assign(settings, row, row.default_text, row.name);
    }
    return settings;
}

Settings reloaded(const Settings& running, Settings next) {
#define LIMPID_SETTING(kind, name, default_text, range, reload, doc) \
    if constexpr (Reload::reload == Reload::fixed) next.name = running.name;
#include "service/settings.def"
#undef LIMPID_SETTING
    return next;
}

}  // namespace limpid::service
