#pragma once

#include <string_view>

#include "doctor/subject.hpp"

namespace limpid::doctor {

/// Is one of the sources configured that make limpidd ask everybody for a credential? Needs
/// subject.config.settings.
[[nodiscard]] bool asks_for_credentials(const Subject& subject);

/// Is there a secret of this setting, whether it can be used or not?
[[nodiscard]] bool has_secret(const Subject& subject, std::string_view setting);

}  // namespace limpid::doctor
