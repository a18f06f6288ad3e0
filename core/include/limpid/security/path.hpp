#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid::security {

/// The longest name most file systems store (NAME_MAX of Linux, in bytes).
inline constexpr std::size_t kMaxNameBytes = 255;
/// Bounds of a RelativePath.
inline constexpr std::size_t kMaxPathBytes = 1024;
inline constexpr std::size_t kMaxPathParts = 32;

/// Is `name` one file name that means the same on every system, and nothing but a name?
///
/// Refused, for what they do somewhere: separators (`/`, `\` and the characters that Unicode
/// normalisation or a code page turns into them); names of dots only; NUL, control and bidi
/// characters, invisible and invalid UTF-8; `< > : " | ? *`; a dot or blank at the end (Windows
/// drops it) or a blank at the beginning; CON, NUL, COM1 and the other devices, with any extension;
/// percent-encoding (`%` and two hex digits, `%u` and four), which a later reader might decode;
/// more than 255 bytes.
///
/// @return path.malformed | path.escapes | path.too_long. Thread-safe.
[[nodiscard]] LIMPID_API Status check_file_name(std::string_view name);

/// A path below a folder: proven to stay there, wherever it is joined.
///
/// It says nothing about links within that folder: open it with the system's means against those.
class LIMPID_API RelativePath {
public:
    /// Read a path from outside. `/` separates; empty parts and `.` between names are dropped;
    /// every other part must pass check_file_name().
    /// @return path.escapes for a path that is absolute, has a drive or host, or a part `..` in any
    ///         spelling; path.malformed | path.too_long. Thread-safe.
    [[nodiscard]] static Result<RelativePath> parse(std::string_view text);

    /// The parts, joined by `/`; never empty.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// The parts, borrowed.
    [[nodiscard]] std::vector<std::string_view> parts() const;
    /// The last part.
    [[nodiscard]] std::string_view name() const noexcept;
    /// What follows the last dot of the name, in ASCII lower case; empty when there is none. A hint
    /// for people: types are read from content (upload.hpp).
    [[nodiscard]] std::string extension() const;

private:
    explicit RelativePath(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// How a browser is to treat a response.
enum class Disposition : bool { shown_inline, attachment };

/// The value of a Content-Disposition header (RFC 6266) that offers `name` for saving: `filename`
/// for old readers in ASCII, and `filename*` in the encoding of RFC 8187 where that loses
/// something.
/// @param name  any bytes from anywhere: separators, control and bidi characters become `_`,
/// invalid
///              UTF-8 U+FFFD, and a name that check_file_name() still refuses gets `_` before it.
///              At most 255 bytes of it are used. Never a quote, backslash or line end in the
///              result.
/// Thread-safe.
[[nodiscard]] LIMPID_API std::string content_disposition(Disposition disposition,
                                                         std::string_view name);

}  // namespace limpid::security
