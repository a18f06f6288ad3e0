#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace limpid {

/// Foreign text made fit for a message: at most `max_bytes`, cut between UTF-8 characters, and
/// control characters replaced by '?', so that a message stays one line.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t max_bytes = 64);

}  // namespace limpid
