#include <algorithm>
#include <array>
#include <cstddef>

#include "kernel_colour_gray16.h"
#include "kernel_colour_gray8.h"
#include "kernel_colour_rgb16.h"
#include "kernel_colour_rgb8.h"
#include "kernel_colour_rgba16.h"
#include "kernel_colour_rgba8.h"
#include "kernels/halide_runtime.hpp"
#include "kernels/kernels.hpp"
#include "kernels/narrow.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

using ColourKernel = decltype(&limpid_colour_rgb8);

// By PixelFormat.
constexpr std::array<ColourKernel, 6> kKernels = {limpid_colour_gray8, limpid_colour_rgb8,
                                                  limpid_colour_rgba8, limpid_colour_gray16,
                                                  limpid_colour_rgb16, limpid_colour_rgba16};

Status check_tables(std::span<const std::uint16_t> tables, PixelFormat format) {
    const bool wide = bytes_per_sample(format) == 2;
    const std::size_t count = channels(format) == 1 ? 1 : 3;
    const std::size_t needed = count * (wide ? 65536 : 256);
    if (tables.size() != needed) {
        return fail(ErrorCode::argument_invalid, "tables of " + std::to_string(tables.size()) +
                                                     " entries; needed " + std::to_string(needed));
    }
    if (wide) return {};
    return check_range(*std::max_element(tables.begin(), tables.end()), 0, kColourScale8,
                       "a table entry");
}

}  // namespace

Status colour(const InputStrip& input, const ColourParams& params, const OutputStrip& output) {
    if (Status image = check_input(input); !image) return image;
    const PixelFormat format = input.rows.format;
    if (Status shape = check_output(output, format, input.rows.width_px, input.image_height_px,
                                    input.rows, "the output");
        !shape) {
        return shape;
    }
    Status rest = first_failure(
        check_rows_at_hand(input, rows_of(output)), check_tables(params.tables, format),
        check_range(params.vibrance_q15, -kMaxVibranceQ15, kMaxVibranceQ15, "vibrance_q15"));
    if (!rest) return rest;

    const int entries = bytes_per_sample(format) == 2 ? 65536 : 256;
    return at_least_tile_wide(
        input, output, [](RowRange rows) { return rows; },
        [&](const InputStrip& in, const OutputStrip& out) {
            KernelBuffer source(in), tables(params.tables, entries), target(out);
            return run_kernel([&] {
                return kKernels[static_cast<std::size_t>(format)](source, tables,
                                                                  params.vibrance_q15, target);
            });
        });
}

}  // namespace limpid::kernels
