#pragma once

#include "Halide.h"
#include "common/fixed_point.h"

/// What the planes of the noise kernels have in common.
namespace limpid::generators {

/// Largest magnitude in a plane: half of 255 in 16ths for luma, 255 in 8ths for colour differences.
/// Nothing in dct8.h overflows then.
constexpr int kPlaneLimit = 2040;

/// Width of a tile of output of the DCT kernels, in samples; planes are padded to a multiple of it.
constexpr int kPlaneTile = 112;

/// 77 R + 150 G + 29 B of three values of one type that can hold 256 times the largest.
inline Halide::Expr luma601_times_256(const Halide::Expr& r, const Halide::Expr& g,
                                      const Halide::Expr& b) {
    using Halide::cast;
    const Halide::Type type = r.type();
    return cast(type, 77) * r + cast(type, 150) * g + cast(type, 29) * b;
}

}  // namespace limpid::generators
