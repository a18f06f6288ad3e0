#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::platform {

/// Who may read a new file, and whether it may take another one's place.
struct WriteOptions {
    /// Permission bits of the file, less the umask; kPrivateMode for a secret.
    unsigned mode = 0666;
    /// When false an existing file stays, and io.exists is the answer; decided in one step, so that
    /// of two writers only one wins.
    bool replace = true;
};

/// Its owner reads and writes it, and nobody else.
inline constexpr unsigned kPrivateMode = 0600;

/// Say early that write_file() cannot work: the folder is missing, the path is a directory or a
/// disk, standard output is a terminal, or the file exists and may not be replaced. Changes
/// nothing.
/// @return io.unwritable | io.exists.
[[nodiscard]] Status check_output(const std::string& path, const WriteOptions& options = {});

/// Write `bytes` to a file, or to standard output for "-".
///
/// A file is replaced atomically: whoever opens `path`, before, during or after, even after a
/// crash, finds the old contents or the new ones, whole. The new contents go to a temporary file in
/// the same folder (".NAME.limpid-XXXXXXXX"), reach the disk, and take the name; on any error or
/// signal the temporary file is removed. The file has the permissions of a new file. A symbolic
/// link keeps pointing where it did. A character device, FIFO or pipe is written to directly.
///
/// @return io.unwritable | io.exists | run.cancelled.
[[nodiscard]] Status write_file(const std::string& path, std::span<const std::byte> bytes,
                                const WriteOptions& options = {});

/// Write text to standard output. @return io.unwritable | run.cancelled.
[[nodiscard]] Status print(std::string_view text);

}  // namespace limpid::platform
