#pragma once

#include <string>

#include "service/settings.hpp"

namespace limpid::service {

/// What limpidd --help prints.
[[nodiscard]] std::string help_text();

/// What limpidd --print-config prints: a TOML file that gives these settings, with [redacted] where
/// a secret is referred to and without user names and passwords in URLs.
[[nodiscard]] std::string config_text(const Settings& settings);

}  // namespace limpid::service
