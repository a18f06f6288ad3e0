#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "limpid/error.hpp"

// A log is FILE, which is written to, and what was FILE before: FILE.NUMBER or, compressed,
// FILE.NUMBER.gz, where NUMBER is the `seq` of its first record in 12 digits.
namespace limpid::audit {

/// A part of a log that is no longer written to.
struct LogPart {
    std::string path;
    std::uint64_t first_seq = 0;
    bool compressed = false;
};

/// The name a part gets when it is full.
[[nodiscard]] std::string part_path(const std::string& file, std::uint64_t first_seq);

/// The parts of the log `file` beside itself, oldest first. Of two forms of one part the compressed
/// one: it was complete before it got its name. @return io.unreadable.
[[nodiscard]] Result<std::vector<LogPart>> find_parts(const std::string& file);

/// Put FILE.NUMBER.gz in the place of FILE.NUMBER, with its times and mode 0640.
/// @return io.unreadable, io.unwritable; the part is then as it was.
[[nodiscard]] Status compress_part(const std::string& path);

/// A line of a part.
struct Line {
    std::string text;
    /// False when the file ends without ending the line.
    bool ended = true;
};

/// Reads a part line by line, compressed or not. What is longer than kMaxLineBytes comes in pieces
/// of that size, none of which is a record.
class LineReader {
public:
    /// @return io.unreadable; also for what is no regular file, and for a symbolic link.
    [[nodiscard]] static Result<LineReader> open(const std::string& path);

    /// Nothing at the end. @return io.unreadable, also for a damaged .gz.
    [[nodiscard]] Result<std::optional<Line>> next();

private:
    struct Close {
        void operator()(void* file) const noexcept;
    };
    LineReader(std::string path, void* file) : path_(std::move(path)), file_(file) {}
    [[nodiscard]] Result<bool> fill();

    std::string path_;
    /// zlib's gzFile.
    std::unique_ptr<void, Close> file_;
    std::string buffer_;
    std::size_t used_ = 0;
};

}  // namespace limpid::audit
