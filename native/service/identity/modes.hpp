#pragma once

#include "limpid/error.hpp"
#include "service/settings.hpp"

namespace limpid::service::identity {

/// Do the settings of users, guests and demonstrations go with the others?
/// @return config.invalid_value.
[[nodiscard]] Status check_modes(const Settings& settings);

}  // namespace limpid::service::identity
