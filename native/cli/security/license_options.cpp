#include "cli/security/license_options.hpp"

#include <cstddef>
#include <utility>

#include "cli/choices.hpp"
#include "cli/security/references.hpp"
#include "limpid/security/secret_source.hpp"
#include "platform/random_source.hpp"
#include "platform/read_secret.hpp"
#include "platform/secret_reader.hpp"

namespace limpid::cli {
void add_license(CLI::App& command, LicenseOption& option) {
    add_optional_argument(command, "LICENSE", option.path,
                          "licence file, or - for standard input; without it the\n"
                          "variable LIMPID_LICENSE_KEY, the file that\n"
                          "LIMPID_LICENSE_KEY_FILE names, a credential or\n"
                          "/run/secrets/license_key");
    add_verify_keys(command, option.issuers, "--issuer-key",
                    "public key of who issues licences: its text or a file;\nrepeatable", true);
}

void add_machine_id(CLI::App& command, std::string& file) {
    add_value(command,
              {.names = "--machine-id",
               .value_name = "FILE",
               .help = "file with the id of the machine, e.g. the host's in a\n"
                       "container [" +
                       file + "]",
               .group = "State"},
              [&file](const std::string& text) { file = text; });
}

void add_license_id(CLI::App& command, std::string& id, const std::string& help, bool required) {
    add_value(command,
              {.names = "--id",
               .value_name = "GUID",
               .help = help,
               .group = "Licence",
               .required = required},
              [&id](const std::string& text) {
                  if (!security::is_license_id(text)) {
                      throw ValueError(
                          "--id takes a GUID in lower case, such as "
                          "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3");
                  }
                  id = text;
              });
}

Result<security::Secret> read_license_text(const LicenseOption& option) {
    if (!option.path.empty()) return platform::read_secret(option.path);
    platform::SystemSecretReader reader;
    platform::SystemRandom random;
    auto resolved = security::resolve_secret(
        {.name = "license_key", .strength = {.min_characters = 0}}, reader, random);
    if (!resolved) return std::unexpected(std::move(resolved).error());
    return std::move(resolved->value);
}

Result<security::License> read_genuine_license(const LicenseOption& option,
                                               const security::Secret& text) {
    const auto issuers = read_verify_keys(option.issuers);
    if (!issuers) return std::unexpected(issuers.error());
    return security::read_license(text.expose_text(), *issuers);
}

Result<std::string> fingerprint_for(std::string_view product, const std::string& machine_id_file) {
    return platform::license_fingerprint(product, machine_id_file);
}

}  // namespace limpid::cli
