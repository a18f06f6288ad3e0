#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"
#include "limpid/decimal.hpp"
#include "limpid/lut.hpp"

namespace limpid::pipeline {

/// A look-up table as integers for one pixel format.
struct LutPlan {
    /// For kernels::lut3d(); empty where tables do.
    std::vector<std::int16_t> lattice;
    int points = 0;
    /// New value of every sample value, one table per colour channel: curves, and grey images.
    std::vector<std::uint16_t> tables;
    /// Nothing would change; the stage may be left out.
    bool is_identity = true;
};

/// @param strength  0..1.
/// @return argument.invalid | lut.malformed | lut.out_of_range.
[[nodiscard]] Result<LutPlan> make_lut_plan(const Lut& lut, Decimal strength, PixelFormat format);

/// Apply `plan` to a strip: needs exactly the rows of `output`, which has the format and width of
/// `input`.
[[nodiscard]] Status run_lut(const LutPlan& plan, const kernels::InputStrip& input,
                             const kernels::OutputStrip& output);

}  // namespace limpid::pipeline
