#pragma once

#include <expected>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"

// The options of limpidd's commands: --name value pairs.
namespace limpid::service {

using Options = std::map<std::string, std::string, std::less<>>;

/// usage.invalid with the command's name before it.
[[nodiscard]] std::unexpected<Error> wrong_usage(std::string_view command, std::string_view why);

/// Read what follows a command.
/// @param known  the names that the command has.
/// @param needed  the one of them that it cannot do without.
/// @return usage.invalid.
[[nodiscard]] Result<Options> read_options(std::string_view command,
                                           std::span<const char* const> arguments,
                                           std::span<const std::string_view> known,
                                           std::string_view needed = "file");

/// The text of an option; empty when it was not given.
[[nodiscard]] std::string option_text(const Options& options, std::string_view name);

}  // namespace limpid::service
