#include "cli/security/sealing_option.hpp"

#include "cli/security/references.hpp"

namespace limpid::cli {

void add_sealing_options(CLI::App& command, SealingOption& option) {
    add_reference(command,
                  {.names = "--keyring",
                   .help = "keyring, as keyring create writes it: file:PATH,\n"
                           "env:NAME or fd:NUMBER",
                   .group = "Keys"},
                  option.keyring_reference);
    add_reference(command,
                  {.names = "--passphrase",
                   .help = "passphrase instead of a keyring: a reference as well;\n"
                           "12 characters or more",
                   .group = "Keys"},
                  option.passphrase_reference);
    add_value(command,
              {.names = "--name",
               .value_name = "NAME",
               .help = "which record it is: it opens under this name only",
               .group = "Record",
               .required = true},
              [&option](const std::string& text) { option.name = text; });
    add_value(command,
              {.names = "--purpose",
               .value_name = "TEXT",
               .help = "which kind of record; each has a key of its own",
               .group = "Record",
               .default_text = option.purpose},
              [&option](const std::string& text) { option.purpose = text; });
}

Status check_sealing(const SealingOption& option, const std::string& input) {
    if (option.keyring_reference.empty() == option.passphrase_reference.empty()) {
        return fail(ErrorCode::usage_invalid, "give one of --keyring and --passphrase");
    }
    return check_standard_input_once(
        {input, option.keyring_reference, option.passphrase_reference});
}

}  // namespace limpid::cli
