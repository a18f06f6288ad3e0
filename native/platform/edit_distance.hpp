#pragma once

#include <cstddef>
#include <string_view>

namespace limpid::platform {

/// How many bytes have to be inserted, removed or replaced to turn one text into the other
/// (Levenshtein): for finding what somebody meant. Time is the product of both sizes.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace limpid::platform
