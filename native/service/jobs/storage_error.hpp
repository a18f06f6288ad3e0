#pragma once

#include <string_view>

#include "limpid/error.hpp"

namespace limpid::service::jobs {

/// Why a file operation failed: storage.full where there is no room, or no more of what one may
/// have; otherwise storage.failed.
/// @param doing  for the message: "writing a blob".
[[nodiscard]] Error storage_error(std::string_view doing, int error_number);

/// Does an errno value say that there is no room?
[[nodiscard]] bool means_full(int error_number) noexcept;

}  // namespace limpid::service::jobs
