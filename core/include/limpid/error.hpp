#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "limpid/export.hpp"

namespace limpid {

/// Every way limpid can fail; one enumerator per row of errors.def.
enum class ErrorCode : std::uint8_t {
#define LIMPID_ERROR(identifier, code, sentence, hint, http_status, exit_code, visibility) \
    identifier,
#include "limpid/errors.def"
#undef LIMPID_ERROR
};

/// Who may see an error's detail: anyone, or only the operator's logs.
enum class ErrorVisibility : std::uint8_t { client, operator_only };

/// One row of errors.def. All text has static storage duration.
struct ErrorInfo {
    ErrorCode id;
    std::string_view code;
    std::string_view sentence;
    std::string_view hint;
    int http_status;
    int exit_code;
    ErrorVisibility visibility;
};

/// The table row of `code`. Thread-safe. Never fails.
[[nodiscard]] LIMPID_API const ErrorInfo& describe(ErrorCode code) noexcept;

/// What went wrong, as a value. It crosses every boundary of the library; nothing is thrown.
class LIMPID_API Error {
public:
    /// @param found  what was found, e.g. "20000 x 20000 px; max_width_px is 16384"; may be empty.
    explicit Error(ErrorCode code, std::string found = {});

    /// The row of errors.def.
    [[nodiscard]] ErrorCode id() const noexcept { return id_; }
    /// The stable string, e.g. "image.too_large".
    [[nodiscard]] std::string_view code() const noexcept { return describe(id_).code; }
    /// What was found; empty when the sentence says it all.
    [[nodiscard]] const std::string& found() const noexcept { return found_; }
    /// One line: `code: sentence: what was found; hint`. Holds no secret and no newline.
    [[nodiscard]] std::string message() const;

private:
    ErrorCode id_;
    std::string found_;
};

/// A value or the reason there is none.
template <class T>
using Result = std::expected<T, Error>;

/// Success or the reason against it.
using Status = Result<void>;

/// Shorthand for returning an error from a function that returns Result or Status.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string found = {}) {
    return std::unexpected<Error>(Error(code, std::move(found)));
}

}  // namespace limpid
