#pragma once

#include <string_view>

#include "limpid/security/types.hpp"

namespace limpid::security {

/// What else than an image `content` is valid as, for a message; empty when nothing. Reads every
/// byte once.
[[nodiscard]] std::string_view find_polyglot(Bytes content) noexcept;

}  // namespace limpid::security
