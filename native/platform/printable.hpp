#pragma once

#include <string>
#include <string_view>

namespace limpid::platform {

/// `text` with control characters as \xNN, so that it stays on one line and moves no cursor.
[[nodiscard]] std::string escaped(std::string_view text);

/// `text` from outside (a path, an argument) made fit for a message: escaped, and cut in the middle
/// when it is longer than 200 bytes.
[[nodiscard]] std::string printable(std::string_view text);

/// "`path`: No such file or directory" for an errno value.
[[nodiscard]] std::string describe_errno(std::string_view path, int error_number);

}  // namespace limpid::platform
