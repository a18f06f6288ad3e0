#include "service/command_options.hpp"

#include <algorithm>
#include <cstddef>

#include "platform/printable.hpp"

namespace limpid::service {

std::unexpected<Error> wrong_usage(std::string_view command, std::string_view why) {
    return fail(ErrorCode::usage_invalid, std::string(command) + ": " + std::string(why));
}

Result<Options> read_options(std::string_view command, std::span<const char* const> arguments,
                             std::span<const std::string_view> known, std::string_view needed) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        std::string_view name = arguments[i];
        if (!name.starts_with("--") || i + 1 == arguments.size()) {
            return wrong_usage(command, platform::printable(name) + " is no --NAME VALUE");
        }
        name.remove_prefix(2);
        if (std::ranges::find(known, name) == known.end()) {
            return wrong_usage(command, "there is no --" + platform::printable(name));
        }
        options[std::string(name)] = arguments[i + 1];
    }
    if (!options.contains(needed)) {
        return wrong_usage(command, "--" + std::string(needed) + " is missing");
    }
    return options;
}

std::string option_text(const Options& options, std::string_view name) {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
}

}  // namespace limpid::service
