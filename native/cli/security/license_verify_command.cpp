#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/security/commands.hpp"
#include "cli/security/license_commands.hpp"
#include "cli/security/license_options.hpp"
#include "cli/security/license_status.hpp"
#include "cli/security/license_store.hpp"
#include "cli/security/moment.hpp"
#include "cli/security/references.hpp"
#include "limpid/security/license_activation.hpp"
#include "platform/clock.hpp"
#include "platform/read_secret.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

using security::License;
using security::LicenseStatus;

struct LicenseVerifyArguments {
    CommonOptions& common;
    LicenseOption license = {};
    LicenseStoreOption store = {};
    std::vector<std::string> features = {};
    std::string release = {};
    std::optional<security::UnixSeconds> at = {};
};

/// Nothing is remembered where no folder is: a site licence can be looked at anywhere.
Result<std::optional<LicenseStore>> store_of(const LicenseVerifyArguments& arguments) {
    const bool given =
        !arguments.store.folder.empty() || !arguments.store.keyring_reference.empty();
    if (!given && !LicenseStore::exists(arguments.store)) return std::nullopt;
    auto store = LicenseStore::open(arguments.store);
    if (!store) return std::unexpected(store.error());
    return std::optional(std::move(*store));
}

Result<LicenseStatus> evaluate(const LicenseVerifyArguments& arguments, const License& license,
                               const std::optional<LicenseStore>& store) {
    std::string fingerprint;
    if (!license.fingerprint.empty()) {
        auto own = fingerprint_for(license.product, arguments.license.machine_id_file);
        if (!own) return std::unexpected(own.error());
        fingerprint = *own;
    }
    security::LicenseConditions conditions{.now = arguments.at.value_or(platform::wall_clock()),
                                           .fingerprint = fingerprint};
    if (store) {
        const auto memory = store->memory(license.id, conditions.now);
        if (!memory) return std::unexpected(memory.error());
        conditions.memory = *memory;
    }
    return security::evaluate_license(license, conditions);
}

Status require(const LicenseVerifyArguments& arguments, const LicenseStatus& status) {
    if (Status usable = require_license(status); !usable) return usable;
    for (const std::string& feature : arguments.features) {
        if (Status licensed = require_feature(status, feature); !licensed) return licensed;
    }
    return {};
}

/// For the issuer: does the file give this licence back?
Status verify_release(const LicenseVerifyArguments& arguments, const License& license) {
    const auto text = platform::read_secret(arguments.release);
    if (!text) return std::unexpected(text.error());
    const auto release = security::read_deactivation(text->expose_text(), license);
    if (!release) return std::unexpected(release.error());
    return platform::print("released_at=" + to_rfc3339(release->deactivated_at) + "\n");
}

Status run(const LicenseVerifyArguments& arguments) {
    if (Status status = check_standard_input_once(
            {arguments.license.path, arguments.store.keyring_reference, arguments.release});
        !status) {
        return status;
    }
    const auto text = read_license_text(arguments.license);
    if (!text) return std::unexpected(text.error());
    const auto license = read_genuine_license(arguments.license, *text);
    if (!license) return std::unexpected(license.error());
    if (!arguments.release.empty()) return verify_release(arguments, *license);
    const auto store = store_of(arguments);
    if (!store) return std::unexpected(store.error());
    const auto status = evaluate(arguments, *license, *store);
    if (!status) return std::unexpected(status.error());
    // Seen is seen, whatever the verdict; a look at another time leaves no trace.
    if (*store && !arguments.at) {
        if (Status kept = (*store)->remember(license->id, status->memory); !kept) return kept;
    }
    const Status verdict = require(arguments, *status);
    // With --json the one object on standard output is then the error.
    if (verdict || !arguments.common.json) {
        if (Status printed = print_license_status(*status, arguments.common.json); !printed) {
            return printed;
        }
    }
    return verdict;
}

}  // namespace

Command add_license_verify(CLI::App& family, CommonOptions& common) {
    CLI::App& command = add_command(family, "verify", "say what a licence is worth here and now");
    auto arguments =
        std::make_shared<LicenseVerifyArguments>(LicenseVerifyArguments{.common = common});
    add_license(command, arguments->license);
    add_value(command,
              {.names = "--feature",
               .value_name = "NAME",
               .help = "which must be licensed; repeatable",
               .group = "Licence",
               .repeatable = true},
              [arguments](const std::string& text) { arguments->features.push_back(text); });
    add_value(
        command,
        {.names = "--at",
         .value_name = "WHEN",
         .help = "judge as of then instead of now, remember nothing:\n" + std::string(kMomentForms),
         .group = "Licence"},
        [arguments](const std::string& text) { arguments->at = parse_moment("--at", text); });
    add_value(command,
              {.names = "--release",
               .value_name = "FILE",
               .help = "for the issuer: verify instead that FILE, written by\n"
                       "license deactivate, gives LICENSE back",
               .group = "Licence"},
              [arguments](const std::string& text) { arguments->release = text; });
    add_machine_id(command, arguments->license.machine_id_file);
    add_license_store(command, arguments->store);
    add_switch(command, "--json", common.json, "print a JSON object instead of words", "Output");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
