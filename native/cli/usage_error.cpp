#include "cli/usage_error.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/choices.hpp"
#include "cli/parser.hpp"
#include "platform/printable.hpp"

namespace limpid::cli {
namespace {

/// The command the user chose, as far as it was understood, or the program itself.
const CLI::App& chosen(const CLI::App& program) {
    const CLI::App* command = &program;
    for (auto commands = command->get_subcommands(); !commands.empty();
         commands = command->get_subcommands()) {
        command = commands.front();
    }
    return *command;
}

std::vector<std::string> command_names(const CLI::App& program) {
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands({}))
        names.push_back(command->get_name());
    return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    }
    return names;
}

std::string with_suggestion(std::string text, std::string_view word,
                            const std::vector<std::string>& names) {
    const std::string near = nearest(word, names);
    if (!near.empty()) text.append(", did you mean ").append(near);
    return text;
}

/// "limpid license request"
std::string full_name(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return (parent != nullptr ? full_name(*parent) + " " : "") + command.get_name();
}

/// Does it only hold other commands?
bool is_family(const CLI::App& command) { return !command.get_subcommands({}).empty(); }

/// What to say about an argument nothing knows.
std::string describe_unknown(const CLI::App& program, const std::string& argument) {
    const CLI::App& command = chosen(program);
    const std::string name = full_name(command);
    if (argument.starts_with('-')) {
        const std::string option = argument.substr(0, argument.find('='));
        return with_suggestion("'" + platform::printable(option) + "' is not an option of " + name,
                               option, option_names(command));
    }
    if (is_family(command)) {
        return with_suggestion(
                   "'" + platform::printable(argument) + "' is not a command of " + name, argument,
                   command_names(command)) +
               "; the commands are " + joined(command_names(command));
    }
    if (command.get_group() == kPhotoCommands) {
        return "'" + platform::printable(argument) + "' is one argument too many; " + name +
               " reads one image";
    }
    // Not repeated: it could be a secret that was meant for an option.
    return "an argument too many; see " + name + " --help";
}

std::string describe(const CLI::App& program, const CLI::ParseError& error) {
    // A slip in one option makes others look missing, so the unknown comes first.
    const std::vector<std::string> unknown = program.remaining(true);
    const auto option = std::ranges::find_if(
        unknown, [](const std::string& argument) { return argument.starts_with('-'); });
    if (!unknown.empty()) {
        return describe_unknown(program, option != unknown.end() ? *option : unknown.front());
    }
    const std::string text = error.what();
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        const CLI::App& command = chosen(program);
        if (is_family(command)) {
            return "no command given; the commands are " + joined(command_names(command));
        }
        return full_name(command) + ": " + text;
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        // CLI11 says "--name: 1 required TEXT missing" or "--name was given a disallowed flag
        // override".
        const std::size_t end = text.find_first_of(": ");
        const std::string name = (text.starts_with('-') ? "" : "--") + text.substr(0, end);
        return name + (end != std::string::npos && text[end] == ':' ? " needs a value"
                                                                    : " takes no value");
    }
    return platform::printable(text);
}

}  // namespace

Error usage_error(const CLI::App& program, const CLI::ParseError& error) {
    return Error(ErrorCode::usage_invalid, describe(program, error));
}

}  // namespace limpid::cli
