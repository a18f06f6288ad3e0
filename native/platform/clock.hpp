#pragma once

#include "limpid/security/types.hpp"

namespace limpid::platform {

/// What the system's clock says. Can be wrong, and set back: nothing that must not be deceived may
/// rest on it alone.
[[nodiscard]] security::UnixSeconds wall_clock();

}  // namespace limpid::platform
