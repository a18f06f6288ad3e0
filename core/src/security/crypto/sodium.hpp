#pragma once

#include "limpid/error.hpp"

namespace limpid::security {

/// Have libsodium choose the fastest code for this CPU, once per process; results are the same
/// before and after. It also draws 16 bytes of the system's randomness for the canary of its
/// guarded allocator, and ends the process on a system that has none.
/// @return internal.failure. Thread-safe.
[[nodiscard]] Status ensure_sodium() noexcept;

}  // namespace limpid::security
