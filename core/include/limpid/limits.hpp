#pragma once

#include <cstdint>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid {

/// What one run may consume. Checked before the first pixel is allocated and again while decoding.
/// Every member is the largest value still accepted; see limits.def for units and reasons.
struct Limits {
#define LIMPID_LIMIT(name, default_value, unit, doc) std::uint64_t name = default_value;
#include "limpid/limits.def"
#undef LIMPID_LIMIT
};

/// Set one limit by its name in limits.def, as a command line or a JSON object spells it.
/// @return argument.invalid when there is no such limit. Thread-safe for distinct objects.
[[nodiscard]] LIMPID_API Status set_limit(Limits& limits, std::string_view name,
                                          std::uint64_t value);

}  // namespace limpid
