#include <memory>
#include <string>

#include "cli/security/commands.hpp"
#include "cli/security/license_commands.hpp"
#include "cli/security/license_options.hpp"
#include "cli/security/license_store.hpp"
#include "cli/security/output_option.hpp"
#include "cli/security/references.hpp"
#include "limpid/security/license_issue.hpp"
#include "platform/clock.hpp"

namespace limpid::cli {
namespace {

struct DeactivateArguments {
    LicenseOption license = {};
    LicenseStoreOption store = {};
    OutputOption output = {};
};

/// The licence stops working here before the proof of it exists. Interrupted in between, the
/// command can be given again.
Status run(const DeactivateArguments& arguments) {
    if (Status status =
            check_standard_input_once({arguments.license.path, arguments.store.keyring_reference});
        !status) {
        return status;
    }
    if (Status status = check_output(arguments.output); !status) return status;
    const auto text = read_license_text(arguments.license);
    if (!text) return std::unexpected(text.error());
    const auto license = read_genuine_license(arguments.license, *text);
    if (!license) return std::unexpected(license.error());
    const auto store = LicenseStore::open(arguments.store);
    if (!store) return std::unexpected(store.error());
    const auto device = store->device_key();
    if (!device) return std::unexpected(device.error());
    const security::UnixSeconds now = platform::wall_clock();
    const auto release = security::deactivate_license(*license, *device, now);
    if (!release) return std::unexpected(release.error());
    const auto memory = store->memory(license->id, now);
    if (!memory) return std::unexpected(memory.error());
    security::LicenseMemory left =
        evaluate_license(*license, {.now = now, .memory = *memory}).memory;
    left.deactivated = true;
    if (Status status = store->remember(license->id, left); !status) return status;
    if (Status status = store->drop_request(license->id); !status) return status;
    return write_output(arguments.output, *release + "\n");
}

}  // namespace

Command add_license_deactivate(CLI::App& family) {
    CLI::App& command = add_command(family, "deactivate",
                                    "on a machine: give its licence back, with a proof of it");
    auto arguments = std::make_shared<DeactivateArguments>();
    add_license(command, arguments->license);
    add_license_store(command, arguments->store);
    add_output(command, arguments->output, "file to write, or - for standard output", "-");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
