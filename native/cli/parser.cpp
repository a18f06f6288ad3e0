#include "cli/parser.hpp"

#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

namespace limpid::cli {

CLI::App& add_command(CLI::App& program, const std::string& name, const std::string& help,
                      const std::string& group) {
    CLI::App* command = program.add_subcommand(name, help);
    command->group(program.get_parent() == nullptr ? group : "Commands");
    command->set_help_flag("-h,--help", "print this help");
    return *command;
}

CLI::App& add_command_family(CLI::App& program, const std::string& name, const std::string& help,
                             const std::string& group) {
    CLI::App& family = add_command(program, name, help, group);
    family.require_subcommand(1);
    return family;
}

void add_argument(CLI::App& command, const std::string& name, std::string& target,
                  const std::string& help) {
    command.add_option(name, target, help)->type_name("")->required();
}

void add_optional_argument(CLI::App& command, const std::string& name, std::string& target,
                           const std::string& help) {
    command.add_option(name, target, help)->type_name("");
}

void add_arguments(CLI::App& command, const std::string& name, std::vector<std::string>& target,
                   const std::string& help) {
    command.add_option(name, target, help)->type_name("")->required();
}

void pass_arguments_on(CLI::App& command, std::vector<std::string>& target) {
    command.prefix_command();
    command.final_callback([&command, &target] { target = command.remaining(); });
}

void add_value(CLI::App& command, const ValueOption& option,
               std::function<void(const std::string&)> take) {
    CLI::Option* added = command.add_option_function<std::vector<std::string>>(
        option.names,
        [take = std::move(take)](const std::vector<std::string>& values) {
            for (const std::string& value : values) take(value);
        },
        option.help);
    added->type_name(option.value_name)->group(option.group)->required(option.required);
    if (!option.default_text.empty()) added->default_str(option.default_text);
    // One value each, or it would swallow the arguments that follow.
    added->expected(1)->allow_extra_args(false);
    if (option.repeatable) {
        added->take_all();
    } else {
        added->take_last();
    }
}

void add_switch(CLI::App& command, const std::string& names, bool& target, const std::string& help,
                const std::string& group) {
    command.add_flag(names, target, help)->disable_flag_override()->group(group);
}

void set_footer(CLI::App& command, std::function<std::string()> text) {
    command.footer(std::move(text));
}

bool was_chosen(const CLI::App& command) { return command.parsed(); }

}  // namespace limpid::cli
