#pragma once

#include <array>
#include <optional>
#include <string>

#include "cli/choices.hpp"
#include "limpid/error.hpp"
#include "limpid/inspect.hpp"

namespace limpid::cli {

/// Formats by the names that --format and the endings of files have.
inline constexpr std::array kFormats = {
    Choice<FileFormat>{"jpeg", FileFormat::jpeg},
    Choice<FileFormat>{"jpg", FileFormat::jpeg},
    Choice<FileFormat>{"png", FileFormat::png},
    Choice<FileFormat>{"webp", FileFormat::webp},
};

/// The format that the name of an output asks for: none for standard output or a name without an
/// ending. @return usage.invalid for an ending limpid does not write.
[[nodiscard]] Result<std::optional<FileFormat>> format_of_name(const std::string& path);

}  // namespace limpid::cli
