#pragma once

#include <cstdint>
#include <span>

#include "kernels/kernels.hpp"

namespace limpid::kernels {

inline constexpr int kMaxLatticePoints = 65;

struct Lut3dParams {
    /// What is added to red, green and blue at each lattice point, in 2/65535; the red coordinate
    /// changes fastest. 3 * points^3 values. Identity: all 0.
    std::span<const std::int16_t> lattice;
    /// Along a side, 2 .. kMaxLatticePoints.
    int points = 0;
};

/// Looks colours up in a lattice, tetrahedrally interpolated. The exact arithmetic is in
/// halide-generators/color/lut3d_generator.cpp. Alpha is copied.
/// @param input   rgb8, rgba8, rgb16 or rgba16; needs exactly the rows of `output`.
/// @param output  the format and width of `input`.
[[nodiscard]] Status lut3d(const InputStrip& input, const Lut3dParams& params,
                           const OutputStrip& output);

}  // namespace limpid::kernels
