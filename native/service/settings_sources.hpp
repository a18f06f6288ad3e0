#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/secret_source.hpp"
#include "service/settings.hpp"

namespace limpid::service {

/// A `--name value` of the command line.
struct FlagValue {
    const SettingRow* row = nullptr;
    std::string text;
};

/// What the command line asks for.
struct CommandLine {
    /// --config; empty: none.
    std::string config_file;
    bool print_config = false;
    bool help = false;
    bool version = false;
    std::vector<FlagValue> flags;
};

/// Read `--name value` and `--name=value`. A secret must be a reference: everybody can read a
/// process's arguments.
/// @param arguments  without the program's name.
/// @return usage.invalid; config.unknown_setting with the nearest name; secret.literal_refused.
[[nodiscard]] Result<CommandLine> parse_command_line(std::span<const char* const> arguments);

/// A variable of the environment; views into it.
struct Variable {
    std::string_view name;
    std::string_view value;
};

/// The variables of this process; views into its environment, which must not change meanwhile.
[[nodiscard]] std::vector<Variable> process_environment();

/// Put settings together: defaults, then the file, then the variables LIMPID_*, then the command
/// line; the later ones count.
///
/// Variables and names in the file that are no setting are errors. In the file `${NAME}` stands for
/// a variable. LIMPID_NAME and LIMPID_NAME_FILE of a secret are left to resolve(): the settings
/// hold references only.
///
/// @param toml_text  contents of the configuration file; empty: none.
/// @param toml_name  its name, for messages.
/// @return config.unknown_setting, config.invalid_value, config.unreadable_file, config.unresolved,
///         config.malformed, secret.literal_refused, secret.malformed_reference.
[[nodiscard]] Result<Settings> gather_settings(std::string_view toml_text,
                                               std::string_view toml_name,
                                               std::span<const Variable> environment,
                                               std::span<const FlagValue> flags);

/// The secret of a setting of kind secret: its reference, LIMPID_NAME, LIMPID_NAME_FILE, a
/// credential of systemd or /run/secrets/NAME.
/// @return nothing when no source has it; secret.ambiguous, secret.empty, … as resolve_secret().
[[nodiscard]] Result<std::optional<security::Secret>> resolve(
    std::string_view name, std::string_view reference, security::SecretReader& reader,
    security::RandomSource& random, security::SecretStrength strength = {});

}  // namespace limpid::service
