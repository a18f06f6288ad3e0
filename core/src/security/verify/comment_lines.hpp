#pragma once

#include <optional>
#include <string_view>

#include "limpid/error.hpp"

namespace limpid::security {

inline constexpr std::string_view kUntrustedPrefix = "untrusted comment: ";
inline constexpr std::string_view kTrustedPrefix = "trusted comment: ";

/// Takes the lines of a small text file one after the other. They end in LF or CR LF, the last one
/// perhaps in nothing.
class LineReader {
public:
    explicit LineReader(std::string_view text) noexcept : rest_(text) {}
    [[nodiscard]] std::optional<std::string_view> next() noexcept;
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
};

/// The comment of a line that begins with `prefix`. @return `malformed`.
[[nodiscard]] Result<std::string_view> parse_comment(std::optional<std::string_view> line,
                                                     std::string_view prefix, ErrorCode malformed);

/// Is this fit to be a comment line: short enough, no control characters but tabs?
/// @return argument.invalid.
[[nodiscard]] Status check_comment(std::string_view comment);

/// One comment line and one line of base64: key files and signify signatures.
struct CommentedLine {
    std::string_view comment;
    std::string_view base64;
};
[[nodiscard]] Result<CommentedLine> parse_commented_line(std::string_view text,
                                                         ErrorCode malformed);

}  // namespace limpid::security
