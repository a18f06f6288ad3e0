#include <algorithm>
#include <array>
#include <cstddef>

#include "kernel_box_downscale_gray16.h"
#include "kernel_box_downscale_gray8.h"
#include "kernel_box_downscale_rgb16.h"
#include "kernel_box_downscale_rgb8.h"
#include "kernel_box_downscale_rgba16.h"
#include "kernel_box_downscale_rgba8.h"
#include "kernels/halide_runtime.hpp"
#include "kernels/kernels.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

using BoxKernel = decltype(&limpid_box_downscale_rgb8);

// By PixelFormat.
constexpr std::array<BoxKernel, 6> kBoxKernels = {
    limpid_box_downscale_gray8,  limpid_box_downscale_rgb8,  limpid_box_downscale_rgba8,
    limpid_box_downscale_gray16, limpid_box_downscale_rgb16, limpid_box_downscale_rgba16};

Status check_shapes(const InputStrip& input, int factor, const BoxDownscaleOutput& output) {
    if (Status image = check_input(input); !image) return image;
    if (Status range = check_range(factor, 1, kMaxBoxFactor, "factor"); !range) return range;

    const int width = box_count(input.rows.width_px, factor);
    const int height = box_count(input.image_height_px, factor);
    const PixelFormat colours =
        channels(input.rows.format) == 1 ? PixelFormat::gray16 : PixelFormat::rgb16;
    const auto check = [&](const OutputStrip& strip, PixelFormat format, const char* what) {
        return check_output(strip, format, width, height, input.rows, what);
    };
    Status outputs = first_failure(check(output.proxy, colours, "proxy"),
                                   check(output.clipped_high, PixelFormat::gray16, "clipped_high"),
                                   check(output.clipped_low, PixelFormat::gray16, "clipped_low"));
    if (!outputs) return outputs;
    const RowRange rows = rows_of(output.proxy);
    if (rows_of(output.clipped_high) != rows || rows_of(output.clipped_low) != rows) {
        return fail(ErrorCode::argument_invalid,
                    "proxy, clipped_high and clipped_low cover different rows");
    }
    return check_rows_at_hand(input, box_downscale_input_rows(rows, factor, input.image_height_px));
}

}  // namespace

RowRange box_downscale_input_rows(RowRange proxy_rows, int factor, int image_height_px) noexcept {
    return {proxy_rows.begin * factor, std::min(proxy_rows.end * factor, image_height_px)};
}

Status box_downscale(const InputStrip& input, int factor, const BoxDownscaleOutput& output) {
    if (Status shapes = check_shapes(input, factor, output); !shapes) return shapes;

    KernelBuffer source = KernelBuffer::flat(input);
    KernelBuffer proxy(output.proxy);
    KernelBuffer high = KernelBuffer::flat(output.clipped_high);
    KernelBuffer low = KernelBuffer::flat(output.clipped_low);
    const BoxKernel kernel = kBoxKernels[static_cast<std::size_t>(input.rows.format)];
    return run_kernel([&] {
        return kernel(source, input.rows.width_px, input.image_height_px, factor, proxy, high, low);
    });
}

}  // namespace limpid::kernels
