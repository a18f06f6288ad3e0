#include <memory>
#include <string>

#include "cli/security/commands.hpp"
#include "cli/security/license_commands.hpp"
#include "cli/security/license_options.hpp"
#include "cli/security/license_store.hpp"
#include "cli/security/output_option.hpp"
#include "limpid/security/license_activation.hpp"
#include "limpid/security/license_issue.hpp"
#include "platform/clock.hpp"
#include "platform/machine_id.hpp"
#include "platform/random_source.hpp"

namespace limpid::cli {
namespace {

struct RequestArguments {
    std::string id = {};
    std::string product = {};
    std::string machine_id_file = std::string(platform::kMachineIdFile);
    LicenseStoreOption store = {};
    OutputOption output = {};
};

/// The request is kept before it is given away: the licence that answers it can be activated.
Status run(const RequestArguments& arguments) {
    if (Status status = check_output(arguments.output); !status) return status;
    auto fingerprint = fingerprint_for(arguments.product, arguments.machine_id_file);
    if (!fingerprint) return std::unexpected(fingerprint.error());
    const auto store = LicenseStore::open(arguments.store);
    if (!store) return std::unexpected(store.error());
    const auto device = store->make_device_key();
    if (!device) return std::unexpected(device.error());
    platform::SystemRandom random;
    const auto text = security::request_activation({.license_id = arguments.id,
                                                    .product = arguments.product,
                                                    .fingerprint = *fingerprint,
                                                    .device_key = {},
                                                    .nonce = {},
                                                    .created_at = platform::wall_clock()},
                                                   *device, random);
    if (!text) return std::unexpected(text.error());
    if (Status status = store->keep_request(arguments.id, *text); !status) return status;
    return write_output(arguments.output, *text + "\n");
}

}  // namespace

Command add_license_request(CLI::App& family) {
    CLI::App& command =
        add_command(family, "request", "on a machine: ask for a licence that is bound to it");
    auto arguments = std::make_shared<RequestArguments>();
    add_license_id(command, arguments->id, "of the licence that was bought", true);
    add_value(command,
              {.names = "--product",
               .value_name = "NAME",
               .help = "what is licensed, letters, digits, _ and -",
               .group = "Licence",
               .required = true},
              [arguments](const std::string& text) { arguments->product = text; });
    add_machine_id(command, arguments->machine_id_file);
    add_license_store(command, arguments->store);
    add_output(command, arguments->output, "file to write, or - for standard output", "-");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
