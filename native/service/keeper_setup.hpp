#pragma once

#include <string>

#include "keeper/protocol.hpp"
#include "limpid/security/types.hpp"
#include "service/settings.hpp"

namespace limpid::service {

/// What the settings have the keeper keep.
/// @param instance  names this limpidd.
[[nodiscard]] keeper::Setup keeper_setup(const Settings& settings, std::string instance);

/// A name that no other instance has.
[[nodiscard]] std::string new_instance(security::RandomSource& random);

}  // namespace limpid::service
