#pragma once

#include "limpid/error.hpp"
#include "limpid/security/license.hpp"

namespace limpid::cli {

/// Say what a licence is worth: one line `status=active binding=none grace_days=45 …`, or the JSON
/// of public_license_status(). Holds no id, licensee, key or fingerprint. In grace a warning goes
/// to standard error. @return the errors of platform::print().
[[nodiscard]] Status print_license_status(const security::LicenseStatus& status, bool json);

}  // namespace limpid::cli
