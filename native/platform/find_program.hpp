#pragma once

#include <string>
#include <string_view>

namespace limpid::platform {

/// Absolute path of another program of ours: beside this one, as in a build and in .../bin, or, if
/// it is not there, in ../libexec. Whether it exists there shows when it is started.
[[nodiscard]] std::string find_program(std::string_view name);

}  // namespace limpid::platform
