#pragma once

#include <CLI/CLI.hpp>

#include "limpid/error.hpp"

namespace limpid::cli {

/// What is wrong with the command line, in our words: usage.invalid, with the nearest known name
/// for one that is not known.
[[nodiscard]] Error usage_error(const CLI::App& program, const CLI::ParseError& error);

}  // namespace limpid::cli
