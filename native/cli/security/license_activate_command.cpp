#include <memory>
#include <string>

#include "cli/security/commands.hpp"
#include "cli/security/license_commands.hpp"
#include "cli/security/license_options.hpp"
#include "cli/security/license_status.hpp"
#include "cli/security/license_store.hpp"
#include "cli/security/references.hpp"
#include "limpid/security/license_activation.hpp"
#include "platform/clock.hpp"

namespace limpid::cli {
namespace {

struct ActivateArguments {
    CommonOptions& common;
    LicenseOption license = {};
    LicenseStoreOption store = {};
};

/// The licence, if it answers the request that was made here.
Result<security::License> accepted(const ActivateArguments& arguments, const LicenseStore& store,
                                   const security::Secret& text) {
    const auto license = read_genuine_license(arguments.license, text);
    if (!license) return license;
    const auto request_text = store.request(license->id);
    if (!request_text) return std::unexpected(request_text.error());
    const auto request = security::read_activation_request(*request_text);
    if (!request) return std::unexpected(request.error());
    const auto fingerprint = fingerprint_for(license->product, arguments.license.machine_id_file);
    if (!fingerprint) return std::unexpected(fingerprint.error());
    const auto issuers = read_verify_keys(arguments.license.issuers);
    if (!issuers) return std::unexpected(issuers.error());
    return security::activate_license(text.expose_text(), *issuers, *request, *fingerprint);
}

Status run(const ActivateArguments& arguments) {
    if (Status status =
            check_standard_input_once({arguments.license.path, arguments.store.keyring_reference});
        !status) {
        return status;
    }
    const auto text = read_license_text(arguments.license);
    if (!text) return std::unexpected(text.error());
    const auto store = LicenseStore::open(arguments.store);
    if (!store) return std::unexpected(store.error());
    const auto license = accepted(arguments, *store, *text);
    if (!license) return std::unexpected(license.error());
    const security::UnixSeconds now = platform::wall_clock();
    const auto memory = store->memory(license->id, now);
    if (!memory) return std::unexpected(memory.error());
    const auto status = security::evaluate_license(
        *license, {.now = now, .fingerprint = license->fingerprint, .memory = *memory});
    if (Status usable = require_license(status); !usable) return usable;
    if (Status kept = store->remember(license->id, status.memory); !kept) return kept;
    return print_license_status(status, arguments.common.json);
}

}  // namespace

Command add_license_activate(CLI::App& family, CommonOptions& common) {
    CLI::App& command = add_command(family, "activate",
                                    "on a machine: accept the licence that answers its request");
    auto arguments = std::make_shared<ActivateArguments>(ActivateArguments{.common = common});
    add_license(command, arguments->license);
    add_machine_id(command, arguments->license.machine_id_file);
    add_license_store(command, arguments->store);
    add_switch(command, "--json", common.json, "print a JSON object instead of words", "Output");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
