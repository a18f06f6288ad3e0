#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"

// Reading into a Secret: no copy of the bytes stays in memory that is not wiped.
namespace limpid::platform {

/// All that `fd` yields, up to Secret::kMaxBytes. Waits; a signal ends the waiting.
/// @param name     for messages.
/// @param failure  the code that says it did not work. @return also run.cancelled,
///                 memory.exhausted.
[[nodiscard]] Result<security::Secret> read_secret_descriptor(int fd, std::string_view name,
                                                              ErrorCode failure);

/// The contents of a regular file, or of standard input for "-", whoever else may read them.
/// @return io.unreadable; also for standard input that is a terminal, and above Secret::kMaxBytes.
[[nodiscard]] Result<security::Secret> read_secret(const std::string& path);

}  // namespace limpid::platform
