#include "kernels/lut3d.hpp"

#include <array>
#include <cstddef>
#include <string>

#include "kernel_lut3d_rgb16.h"
#include "kernel_lut3d_rgb8.h"
#include "kernel_lut3d_rgba16.h"
#include "kernel_lut3d_rgba8.h"
#include "kernels/halide_runtime.hpp"
#include "kernels/narrow.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

using Lut3dKernel = decltype(&limpid_lut3d_rgb8);

// By PixelFormat; grey has no colours to look up.
constexpr std::array<Lut3dKernel, 6> kLut3dKernels = {
    nullptr, limpid_lut3d_rgb8,  limpid_lut3d_rgba8,
    nullptr, limpid_lut3d_rgb16, limpid_lut3d_rgba16};

Status check_lattice(const Lut3dParams& params) {
    if (Status range = check_range(params.points, 2, kMaxLatticePoints, "points"); !range) {
        return range;
    }
    const auto points = static_cast<std::size_t>(params.points);
    const std::size_t needed = 3 * points * points * points;
    if (params.lattice.size() == needed) return {};
    return fail(ErrorCode::argument_invalid, "a lattice of " +
                                                 std::to_string(params.lattice.size()) +
                                                 " values; needed " + std::to_string(needed));
}

}  // namespace

Status lut3d(const InputStrip& input, const Lut3dParams& params, const OutputStrip& output) {
    if (Status image = check_input(input); !image) return image;
    const PixelFormat format = input.rows.format;
    if (channels(format) == 1) {
        return fail(ErrorCode::argument_invalid, "a grey image has no colours to look up");
    }
    Status rest = first_failure(check_output(output, format, input.rows.width_px,
                                             input.image_height_px, input.rows, "the output"),
                                check_lattice(params));
    if (!rest) return rest;
    if (Status rows = check_rows_at_hand(input, rows_of(output)); !rows) return rows;

    return at_least_tile_wide(
        input, output, [](RowRange rows) { return rows; },
        [&](const InputStrip& in, const OutputStrip& out) {
            KernelBuffer source(in), lattice(params.lattice, 3), target(out);
            return run_kernel([&] {
                return kLut3dKernels[static_cast<std::size_t>(format)](source, lattice,
                                                                       params.points, target);
            });
        });
}

}  // namespace limpid::kernels
