#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

// What the commands need of CLI11, so that few files compile it: a header library of 10,000 lines.
namespace limpid::cli {

/// An option with one value; given twice, the last counts.
struct ValueOption {
    /// "-o,--output"
    std::string names = {};
    std::string value_name = {};
    std::string help = {};
    /// The heading of --help it stands under.
    std::string group = {};
    /// For --help; empty when the help says it or there is none.
    std::string default_text = {};
    bool required = false;
    /// Every value counts.
    bool repeatable = false;
};

/// Headings of --help that commands stand under.
inline constexpr const char* kPhotoCommands = "Photo commands";
inline constexpr const char* kSecurityCommands = "Security commands";
inline constexpr const char* kServiceCommands = "Service commands";

/// @param group  the heading; commands of a family stand under one of their own.
[[nodiscard]] CLI::App& add_command(CLI::App& program, const std::string& name,
                                    const std::string& help,
                                    const std::string& group = kPhotoCommands);
/// A command that only holds others, as in `limpid license request`.
[[nodiscard]] CLI::App& add_command_family(CLI::App& program, const std::string& name,
                                           const std::string& help, const std::string& group);
/// An argument that is not an option; required.
void add_argument(CLI::App& command, const std::string& name, std::string& target,
                  const std::string& help);
/// One that may be left out.
void add_optional_argument(CLI::App& command, const std::string& name, std::string& target,
                           const std::string& help);
/// One or more of them.
void add_arguments(CLI::App& command, const std::string& name, std::vector<std::string>& target,
                   const std::string& help);
/// From the first argument that is no option on, and every option that is not known, go to `target`
/// as they are.
void pass_arguments_on(CLI::App& command, std::vector<std::string>& target);
/// `take` understands the value or refuses it (choices.hpp).
void add_value(CLI::App& command, const ValueOption& option,
               std::function<void(const std::string&)> take);
void add_switch(CLI::App& command, const std::string& names, bool& target, const std::string& help,
                const std::string& group);
/// What --help says after the options.
void set_footer(CLI::App& command, std::function<std::string()> text);

[[nodiscard]] bool was_chosen(const CLI::App& command);

}  // namespace limpid::cli
