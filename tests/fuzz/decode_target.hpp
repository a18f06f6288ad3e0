#pragma once

#include "fuzz/fuzz_target.hpp"
#include "limpid/inspect.hpp"

namespace limpid::fuzz {

/// Limits under which a decoder is quick enough to be tried thousands of times.
[[nodiscard]] Limits small_limits();

/// Decode a file of this format; others are not tried.
[[nodiscard]] std::string decode_as(FileFormat format, Input input);

}  // namespace limpid::fuzz
