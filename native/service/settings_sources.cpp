#include "service/settings_sources.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <unistd.h>

#include "limpid/security/config.hpp"
#include "platform/printable.hpp"
#include "service/text.hpp"
#include "service/toml_file.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kPrefix = "LIMPID_";
constexpr std::string_view kFileSuffix = "_FILE";

/// For settings that are no secrets: leaves the environment as it is, for the next reading.
class EnvironmentReader final : public security::SecretReader {
public:
    explicit EnvironmentReader(std::span<const Variable> variables) : variables_(variables) {}

    Result<std::optional<security::Secret>> read_variable(std::string_view name) override {
        const auto found = std::ranges::find(variables_, name, &Variable::name);
        if (found == variables_.end()) return std::nullopt;
        auto value = security::Secret::copy_of(security::as_bytes(found->value));
        if (!value) return std::unexpected(std::move(value).error());
        return std::optional(*std::move(value));
    }
    Result<std::optional<security::Secret>> read_file(std::string_view) override {
        return std::nullopt;
    }

private:
    std::span<const Variable> variables_;
};

std::unexpected<Error> unknown(std::string_view written, std::string_view name) {
    return fail(ErrorCode::config_unknown_setting, platform::printable(written) + "; nearest is " +
                                                       std::string(nearest_setting(name)));
}

/// The switches that take no value, and --config; false when `name` is none of them.
bool take_switch(CommandLine& line, std::string_view name) {
    if (name == "print-config")
        line.print_config = true;
    else if (name == "help")
        line.help = true;
    else if (name == "version")
        line.version = true;
    else
        return false;
    return true;
}

Status take_value(CommandLine& line, std::string_view name, std::string_view value) {
    if (name == "config") {
        line.config_file = value;
        return {};
    }
    const SettingRow* const row = find_setting(name);
    if (row == nullptr) return unknown("--" + std::string(name), name);
    if (row->kind == SettingKind::secret) {
        const auto reference = security::parse_secret_reference(value);
        if (!reference) return fail(reference.error().id(), "--" + std::string(name));
    }
    line.flags.push_back({row, std::string(value)});
    return {};
}

/// The text of one entry of the file, with variables put in; a secret's becomes a reference.
Result<std::string> entry_text(const SettingRow& row, const TomlEntry& entry,
                               EnvironmentReader& reader) {
    if (row.kind != SettingKind::secret) {
        return security::expand_variables(entry.text, entry.name, reader);
    }
    if (entry.text.empty()) return std::string();
    auto reference = security::check_secret_setting(entry.text, entry.name);
    if (!reference) return std::unexpected(std::move(reference).error());
    // ${NAME} and env:NAME are one; the others are written as they were.
    return reference->scheme == security::ReferenceScheme::env ? "env:" + reference->target
                                                               : entry.text;
}

Status apply_file(Settings& settings, std::string_view text, std::string_view file,
                  std::span<const Variable> environment) {
    EnvironmentReader reader(environment);
    const auto entries = parse_toml(text);
    if (!entries) {
        return fail(entries.error().id(),
                    platform::printable(file) + ": " + entries.error().found());
    }
    for (const TomlEntry& entry : *entries) {
        const std::string where =
            platform::printable(file) + ":" + std::to_string(entry.line) + ": " + entry.name;
        const SettingRow* const row = find_setting(entry.name);
        if (row == nullptr) return unknown(where, entry.name);
        const auto value = entry_text(*row, entry, reader);
        if (!value) return std::unexpected(value.error());
        if (Status status = assign(settings, *row, *value, where); !status) return status;
    }
    return {};
}

/// LIMPID_NAME_FILE of a secret: resolve() reads it.
bool is_secret_file(std::string_view name) {
    if (!name.ends_with("_file")) return false;
    const SettingRow* const row = find_setting(name.substr(0, name.size() - kFileSuffix.size()));
    return row != nullptr && row->kind == SettingKind::secret;
}

Status apply_environment(Settings& settings, std::span<const Variable> environment) {
    for (const Variable& variable : environment) {
        if (!variable.name.starts_with(kPrefix)) continue;
        const std::string name = lower_case(variable.name.substr(kPrefix.size()));
        const SettingRow* const row = find_setting(name);
        if (row == nullptr && is_secret_file(name)) continue;
        if (row == nullptr) return unknown(variable.name, name);
        if (row->kind == SettingKind::secret) continue;
        if (Status status = assign(settings, *row, variable.value, variable.name); !status) {
            return status;
        }
    }
    return {};
}

}  // namespace

Result<CommandLine> parse_command_line(std::span<const char* const> arguments) {
    CommandLine line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (!argument.starts_with("--") || argument.size() == 2) {
            return fail(ErrorCode::usage_invalid, platform::printable(argument));
        }
        const std::size_t equals = std::min(argument.find('='), argument.size());
        const std::string_view name = argument.substr(2, equals - 2);
        const bool joined = equals < argument.size();
        if (!joined && take_switch(line, name)) continue;
        if (!joined && i + 1 == arguments.size()) {
            return fail(ErrorCode::usage_invalid, platform::printable(argument) + " has no value");
        }
        const std::string_view value = joined ? argument.substr(equals + 1) : arguments[++i];
        if (Status status = take_value(line, name, value); !status) {
            return std::unexpected(status.error());
        }
    }
    return line;
}

std::vector<Variable> process_environment() {
    std::vector<Variable> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        variables.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    return variables;
}

Result<Settings> gather_settings(std::string_view toml_text, std::string_view toml_name,
                                 std::span<const Variable> environment,
                                 std::span<const FlagValue> flags) {
    Settings settings = default_settings();
    if (Status status = apply_file(settings, toml_text, toml_name, environment); !status) {
        return std::unexpected(status.error());
    }
    if (Status status = apply_environment(settings, environment); !status) {
        return std::unexpected(status.error());
    }
    for (const FlagValue& flag : flags) {
        const std::string where = "--" + std::string(flag.row->name);
        if (Status status = assign(settings, *flag.row, flag.text, where); !status) {
            return std::unexpected(status.error());
        }
    }
    return settings;
}

Result<std::optional<security::Secret>> resolve(std::string_view name, std::string_view reference,
                                                security::SecretReader& reader,
                                                security::RandomSource& random,
                                                security::SecretStrength strength) {
    auto secret = security::resolve_secret(
        {.name = name, .reference = reference, .strength = strength}, reader, random);
    if (secret) return std::optional(std::move(secret->value));
    if (secret.error().id() == ErrorCode::secret_not_found && reference.empty()) {
        return std::nullopt;
    }
    return std::unexpected(std::move(secret).error());
}

}  // namespace limpid::service
