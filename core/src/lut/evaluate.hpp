#pragma once

#include <array>

#include "limpid/lut.hpp"

namespace limpid::lut {

/// Levels of red, green and blue; 0 is black, 1 white.
using Levels = std::array<double, 3>;

/// What `lut` makes of one colour, in double precision: a curve linearly, a lattice tetrahedrally
/// interpolated; outside the domain the nearest colour of the domain counts.
/// @param lut  valid.
[[nodiscard]] Levels evaluate(const Lut& lut, const Levels& colour) noexcept;

}  // namespace limpid::lut
