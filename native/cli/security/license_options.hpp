#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/parser.hpp"
#include "limpid/error.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/secret.hpp"
#include "platform/machine_id.hpp"

// What several of the license commands take.
namespace limpid::cli {

/// LICENSE, and whom it must come from.
struct LicenseOption {
    /// A file, "-", or empty: LIMPID_LICENSE_KEY and the other places of resolve_secret().
    std::string path = {};
    std::vector<std::string> issuers = {};
    std::string machine_id_file = std::string(platform::kMachineIdFile);
};

/// LICENSE and --issuer-key.
void add_license(CLI::App& command, LicenseOption& option);
/// --machine-id.
void add_machine_id(CLI::App& command, std::string& file);

/// --id. The value is checked and, since some take it for a secret, never repeated.
void add_license_id(CLI::App& command, std::string& id, const std::string& help, bool required);

/// The text of the licence. @return io.unreadable | the errors of resolve_secret().
[[nodiscard]] Result<security::Secret> read_license_text(const LicenseOption& option);

/// The licence, genuine. @return also the errors of read_verify_keys() and read_license().
[[nodiscard]] Result<security::License> read_genuine_license(const LicenseOption& option,
                                                             const security::Secret& text);

/// The fingerprint of this machine for one product: two products cannot compare machines.
[[nodiscard]] Result<std::string> fingerprint_for(std::string_view product,
                                                  const std::string& machine_id_file);

}  // namespace limpid::cli
