#pragma once

#include "limpid/error.hpp"
#include "limpid/security/api_key.hpp"

namespace limpid::security {

/// The member of a grant that is not of the documented form, as argument.invalid.
[[nodiscard]] Status check_grant(const ApiKeyGrant& grant);

}  // namespace limpid::security
