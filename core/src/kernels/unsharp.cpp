#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "kernel_unsharp_gray16.h"
#include "kernel_unsharp_gray8.h"
#include "kernel_unsharp_rgb16.h"
#include "kernel_unsharp_rgb8.h"
#include "kernel_unsharp_rgba16.h"
#include "kernel_unsharp_rgba8.h"
#include "kernels/halide_runtime.hpp"
#include "kernels/kernels.hpp"
#include "kernels/narrow.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

using UnsharpKernel = decltype(&limpid_unsharp_rgb8);

// By PixelFormat.
constexpr std::array<UnsharpKernel, 6> kUnsharpKernels = {
    limpid_unsharp_gray8,  limpid_unsharp_rgb8,  limpid_unsharp_rgba8,
    limpid_unsharp_gray16, limpid_unsharp_rgb16, limpid_unsharp_rgba16};

Status check_weights(const BlurWeights& weights) {
    int sum = weights[0];
    for (std::size_t i = 1; i < weights.size(); i++) sum += 2 * weights[i];
    if (sum == kBlurWeightSum && weights[0] < kBlurWeightSum &&
        std::all_of(
            weights.begin() + 1, weights.end(),
            [](int weight) { return 2 * weight < kBlurWeightSum; })) {
        return {};
    }
    return fail(ErrorCode::argument_invalid,
                "blur weights with sum " + std::to_string(sum) + " and centre " +
                    std::to_string(weights[0]) +
                    "; the sum is 32768, the centre and each pair of taps less");
}

}  // namespace

RowRange unsharp_input_rows(RowRange output_rows, int image_height_px) noexcept {
    return {std::max(output_rows.begin - kUnsharpHaloRows, 0),
            std::min(output_rows.end + kUnsharpHaloRows, image_height_px)};
}

Status unsharp(const InputStrip& input, const UnsharpParams& params, const OutputStrip& output) {
    if (Status image = check_input(input); !image) return image;
    const PixelFormat format = input.rows.format;
    const int width = input.rows.width_px;
    const int height = input.image_height_px;
    if (Status shape = check_output(output, format, width, height, input.rows, "the output");
        !shape) {
        return shape;
    }
    Status rest = first_failure(
        check_rows_at_hand(input, unsharp_input_rows(rows_of(output), height)),
        check_weights(params.weights), check_range(params.threshold, 0, 32767, "threshold"),
        check_range(params.overshoot, 0, 32767, "overshoot"),
        check_range(params.amount_q12, 0, 32767, "amount_q12"));
    if (!rest) return rest;

    return at_least_tile_wide(
        input, output, [&](RowRange rows) { return unsharp_input_rows(rows, height); },
        [&](const InputStrip& in, const OutputStrip& out) {
            KernelBuffer source(in), target(out);
            const BlurWeights& w = params.weights;
            return run_kernel([&] {
                return kUnsharpKernels[static_cast<std::size_t>(format)](
                    source, width, height, w[0], w[1], w[2], w[3], w[4], params.threshold,
                    params.overshoot, params.amount_q12, target);
            });
        });
}

}  // namespace limpid::kernels
