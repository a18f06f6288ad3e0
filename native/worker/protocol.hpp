#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/inspect.hpp"
#include "limpid/pipeline.hpp"
#include "worker/layers.hpp"
#include "worker/task.hpp"

namespace limpid::worker {

/// Exit status of a worker that asked for more memory than it may have.
inline constexpr int kOutOfMemoryExit = 75;

/// What a worker says first.
struct Hello {
    /// Of limpid: both sides must be built from one source.
    std::string version;
    Layers layers;
};

/// A job as a worker gets it. The file of the input holds recipe, table and image one after the
/// other.
struct Request {
    /// Counts the jobs of one worker, from 1; its reply repeats it.
    std::uint64_t job = 0;
    Task task = Task::enhance;
    EnhanceOptions options;
    std::uint64_t recipe_bytes = 0;
    std::uint64_t lut_bytes = 0;
    std::uint64_t image_bytes = 0;
    /// Size of the file for the output.
    std::uint64_t output_capacity_bytes = 0;
};

/// How a job ended. The file of the output holds the enhanced image and the report one after the
/// other.
struct Reply {
    /// Of the request that is answered.
    std::uint64_t job = 0;
    std::optional<Error> error;
    std::uint64_t output_bytes = 0;
    std::uint64_t report_bytes = 0;
    std::optional<FileFormat> output_format;
};

/// The largest report; what a worker says beyond that is no report.
inline constexpr std::uint64_t kMaxReportBytes = std::uint64_t{1} << 20;

[[nodiscard]] std::string to_json(const Hello& hello);
[[nodiscard]] std::string to_json(const Request& request);
[[nodiscard]] std::string to_json(const Reply& reply);

/// Read what the other side sent, believing nothing: exactly the members above, each within its
/// range. The text of an error is cut and made printable, and its code is one a worker can give.
[[nodiscard]] std::optional<Hello> parse_hello(std::string_view json);
[[nodiscard]] std::optional<Request> parse_request(std::string_view json);
[[nodiscard]] std::optional<Reply> parse_reply(std::string_view json);

}  // namespace limpid::worker
