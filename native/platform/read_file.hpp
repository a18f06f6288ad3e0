#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"

namespace limpid::platform {

/// The path that means standard input or output.
inline constexpr std::string_view kStandardStream = "-";

/// How much of a file may be read, and which error says that it was more.
struct ReadLimit {
    std::uint64_t max_bytes;
    std::string_view limit_name;
    ErrorCode too_large;
};

/// Read a whole file, or standard input for "-". Holds the contents once.
///
/// Never trusts the size the file system tells: reads to the end, or one byte past the limit. A
/// path must name a regular file, so that a FIFO cannot make the program wait and a device cannot
/// feed it for ever; standard input may be anything but a terminal or a directory.
///
/// @return io.unreadable | limit.too_large | memory.exhausted | run.cancelled.
[[nodiscard]] Result<ByteBuffer> read_file(const std::string& path, const ReadLimit& limit);

/// Read a file, or standard input for "-", of any size in pieces of at most 1 MiB.
/// @param take  called with each piece in order; the bytes are borrowed for the call.
/// @return io.unreadable | memory.exhausted | run.cancelled.
[[nodiscard]] Status read_pieces(const std::string& path,
                                 const std::function<void(std::span<const std::byte>)>& take);

}  // namespace limpid::platform
