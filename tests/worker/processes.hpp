#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace limpid::worker::test {

/// Processes that this one has started and that have not ended.
[[nodiscard]] std::vector<pid_t> children();

/// A file of /proc/PID; empty when it cannot be read.
[[nodiscard]] std::string read_proc(pid_t id, const std::string& name);

/// The value of a line of /proc/PID/status, "1" of "NoNewPrivs:\t1"; empty when there is no such
/// line.
[[nodiscard]] std::string status_of(pid_t id, std::string_view name);

/// How often `needle` is in the memory of a process, and in how many bytes it was looked for.
struct MemorySearch {
    int found = 0;
    std::size_t bytes_read = 0;
};
[[nodiscard]] MemorySearch search_memory(pid_t id, std::string_view needle);

/// Where the open descriptors of a process lead to, in the order of their numbers.
[[nodiscard]] std::vector<std::string> open_files(pid_t id);

}  // namespace limpid::worker::test
