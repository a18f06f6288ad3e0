#include "cli/security/license_status.hpp"

#include <cstdio>
#include <string>

#include "cli/security/moment.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

std::string line_of(const security::LicenseStatus& status) {
    std::string line = "status=" + std::string(to_string(status.state));
    if (status.license) {
        const security::License& license = *status.license;
        line += license.fingerprint.empty() ? " binding=none" : " binding=machine";
        line += " grace_days=" + std::to_string(license.grace_days);
        if (status.days_left) line += " days_left=" + std::to_string(*status.days_left);
        if (license.max_instances != 0) {
            line += " max_instances=" + std::to_string(license.max_instances);
        }
        std::string features;
        for (const std::string& feature : license.features) {
            features += (features.empty() ? "" : ",") + feature;
        }
        if (!features.empty()) line += " features=" + features;
    }
    return line + "\n";
}

}  // namespace

Status print_license_status(const security::LicenseStatus& status, bool json) {
    if (status.state == security::LicenseState::grace && status.grace_until) {
        const std::string warning = "warning: the licence has ended; it works until " +
                                    to_rfc3339(*status.grace_until) + "\n";
        std::fputs(warning.c_str(), stderr);
    }
    return platform::print(json ? public_license_status(status) + "\n" : line_of(status));
}

}  // namespace limpid::cli
