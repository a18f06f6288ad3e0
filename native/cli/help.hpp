#pragma once

#include <string>

namespace limpid::cli {

/// Lines for the end of --help. All are made from the tables of core/include/limpid.
[[nodiscard]] std::string exit_codes_help();
[[nodiscard]] std::string limits_help();
[[nodiscard]] std::string recipe_help();

}  // namespace limpid::cli
