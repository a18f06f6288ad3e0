#include "cli/output_format.hpp"

#include <algorithm>
#include <cctype>

#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::cli {

Result<std::optional<FileFormat>> format_of_name(const std::string& path) {
    if (path == platform::kStandardStream) return std::nullopt;
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0) return std::nullopt;
    std::string ending = name.substr(dot + 1);
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const Choice<FileFormat>& format : kFormats) {
        if (ending == format.name) return format.value;
    }
    return fail(
        ErrorCode::usage_invalid,
        "-o '" + platform::printable(path) +
            "' ends in no format limpid writes; it takes .jpg, .jpeg, .png or .webp, or say "
            "--format");
}

}  // namespace limpid::cli
