#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::platform {

/// Say early that write_file() cannot work: the folder is missing, the path is a directory or a
/// disk, or standard output is a terminal. Changes nothing.
/// @return io.unwritable.
[[nodiscard]] Status check_output(const std::string& path);

/// Write `bytes` to a file, or to standard output for "-".
///
/// A file is replaced atomically: whoever opens `path`, before, during or after, even after a
/// crash, finds the old contents or the new ones, whole. The new contents go to a temporary file in
/// the same folder (".NAME.limpid-XXXXXXXX"), reach the disk, and take the name; on any error or
/// signal the temporary file is removed. The file has the permissions of a new file. A symbolic
/// link keeps pointing where it did. A character device, FIFO or pipe is written to directly.
///
/// @return io.unwritable | run.cancelled.
[[nodiscard]] Status write_file(const std::string& path, std::span<const std::byte> bytes);

/// Write text to standard output. @return io.unwritable | run.cancelled.
[[nodiscard]] Status print(std::string_view text);

}  // namespace limpid::platform
