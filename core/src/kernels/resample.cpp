#include "kernels/resample.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel_halve_gray16.h"
#include "kernel_halve_gray8.h"
#include "kernel_halve_rgb16.h"
#include "kernel_halve_rgb8.h"
#include "kernel_halve_rgba16.h"
#include "kernel_resample_gray16.h"
#include "kernel_resample_gray8.h"
#include "kernel_resample_rgb16.h"
#include "kernel_resample_rgb8.h"
#include "kernel_resample_rgba16.h"
#include "kernels/halide_runtime.hpp"
#include "kernels/narrow.hpp"
#include "kernels/premultiply.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

using ResampleKernel = decltype(&limpid_resample_rgb8);

// By PixelFormat. 8-bit RGBA is resampled as premultiplied 16-bit RGBA.
constexpr std::array<ResampleKernel, 6> kResampleKernels = {
    limpid_resample_gray8,  limpid_resample_rgb8,  nullptr,
    limpid_resample_gray16, limpid_resample_rgb16, limpid_resample_rgba16};

using HalveKernel = decltype(&limpid_halve_rgb8);
constexpr std::array<HalveKernel, 6> kHalveKernels = {
    limpid_halve_gray8,  limpid_halve_rgb8,  nullptr,
    limpid_halve_gray16, limpid_halve_rgb16, limpid_halve_rgba16};

/// kTile of resample_generator.cpp.
constexpr int kTileColumns = 64;
/// Input columns that the kernel needs at least: vectors of 16 samples.
constexpr int kMinColumns = 16;
/// kTaps, of the filter Lanczos3 at half size, and kTile of halve_generator.cpp.
constexpr int kHalvingTaps = 12;
constexpr int kMinHalvedColumns = 128;
/// Premultiplied samples should stay in the second-level cache.
constexpr std::int64_t kBandBytes = std::int64_t{1} << 20;
constexpr int kMinBandColumns = 8;

/// Output samples [begin, end) of an axis, as spans of its tables.
struct AxisPart {
    const ResampleAxis& axis;
    int begin = 0;
    int end = 0;

    [[nodiscard]] std::span<const std::int32_t> first() const {
        return std::span(axis.first)
            .subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    }
    [[nodiscard]] std::span<const std::int16_t> weights() const {
        const auto taps = static_cast<std::size_t>(axis.taps);
        return std::span(axis.weights)
            .subspan(static_cast<std::size_t>(begin) * taps,
                     static_cast<std::size_t>(end - begin) * taps);
    }
    /// Input samples they are made of.
    [[nodiscard]] RowRange needed() const {
        const auto at = [&](int i) { return axis.first[static_cast<std::size_t>(i)]; };
        return {at(begin), std::min(at(end - 1) + axis.taps, axis.input_length)};
    }
};

/// Where each tile of output columns begins to read.
struct Tiles {
    std::vector<std::int32_t> first;
    int span = 0;

    explicit Tiles(const AxisPart& x) {
        for (int begin = x.begin; begin < x.end; begin += kTileColumns) {
            const RowRange columns =
                AxisPart{x.axis, begin, std::min(begin + kTileColumns, x.end)}.needed();
            first.push_back(columns.begin);
            span = std::max(span, columns.count());
        }
        span = std::max(span, kMinColumns);
    }
};

/// Do all output samples have one row of weights, from input sample 2 i - 5 on, where beyond the
/// ends the first and the last sample repeat? Then halve_generator.cpp does the same.
bool halves(const ResampleAxis& axis) {
    constexpr int kBefore = kHalvingTaps / 2 - 1;
    if (axis.taps != kHalvingTaps || axis.output_length < kMinHalvedColumns ||
        axis.input_length != 2 * axis.output_length) {
        return false;
    }
    const std::span<const std::int16_t> middle = axis.row(axis.output_length / 2);
    for (int i = 0; i < axis.output_length; ++i) {
        const int begin = 2 * i - kBefore, first = std::max(begin, 0);
        std::array<std::int16_t, kHalvingTaps> folded{};
        for (int k = 0; k < kHalvingTaps; ++k) {
            const int sample = std::clamp(begin + k, 0, axis.input_length - 1);
            folded[static_cast<std::size_t>(sample - first)] += middle[static_cast<std::size_t>(k)];
        }
        if (axis.first[static_cast<std::size_t>(i)] != first ||
            !std::ranges::equal(axis.row(i), folded)) {
            return false;
        }
    }
    return true;
}

/// @param input  the columns from `column` on of the image; holds all that is needed
/// @param x      of an axis that halves(), kMinHalvedColumns or more
Status run_halve(const InputStrip& input, int column, const AxisPart& x, const AxisPart& y,
                 const MutableImageView& output) {
    KernelBuffer source = KernelBuffer::flat(input), target(OutputStrip{output, 0});
    KernelBuffer column_weights(x.axis.row(x.axis.output_length / 2)), rows(y.first());
    KernelBuffer row_weights(y.weights(), y.axis.taps);
    const HalveKernel kernel = kHalveKernels[static_cast<std::size_t>(input.rows.format)];
    return run_kernel([&] {
        return kernel(source, 2 * x.begin - column, column_weights, rows, row_weights, target);
    });
}

/// @param input  the columns [column, column + its width) of the image; holds all that is needed
Status run_resample(const InputStrip& input, int column, const AxisPart& x, const AxisPart& y,
                    const MutableImageView& output) {
    if (input.rows.width_px < kMinColumns) {
        // What is beyond the image has no weight.
        auto wide = Image::create(input.rows.format, kMinColumns, input.rows.height_px);
        if (!wide) return std::unexpected(std::move(wide).error());
        copy_rows(input.rows, wide->view());
        return run_resample({std::as_const(*wide).view(), input.first_row, input.image_height_px},
                            column, x, y, output);
    }
    Tiles tiles(x);
    std::vector<std::int32_t> first_x(x.first().begin(), x.first().end());
    // The tables count columns of the image, the kernel those at hand.
    const int last_tile = input.rows.width_px - tiles.span;
    for (std::int32_t& first : first_x) first -= column;
    for (std::int32_t& first : tiles.first) first = std::clamp(first - column, 0, last_tile);

    KernelBuffer source = KernelBuffer::flat(input),
                 target = KernelBuffer::flat(OutputStrip{output, 0});
    KernelBuffer columns{std::span<const std::int32_t>(first_x)}, rows(y.first());
    KernelBuffer column_weights(x.weights(), x.axis.taps), row_weights(y.weights(), y.axis.taps);
    KernelBuffer tile_columns{std::span<const std::int32_t>(tiles.first)};
    const ResampleKernel kernel = kResampleKernels[static_cast<std::size_t>(input.rows.format)];
    return run_kernel([&] {
        return kernel(source, columns, column_weights, rows, row_weights, tile_columns, tiles.span,
                      target);
    });
}

/// Some columns of some rows.
template <class View>
View cut(const View& view, RowRange rows, RowRange columns) {
    View part = view;
    part.data = view.row(rows.begin) + std::ptrdiff_t{columns.begin} * bytes_per_pixel(view.format);
    part.width_px = columns.count();
    part.height_px = rows.count();
    return part;
}

/// Input samples that `count` consecutive output samples need, at most.
std::int64_t needed_at_most(const ResampleAxis& axis, int count) {
    return std::min<std::int64_t>(
        std::int64_t{count} * axis.input_length / axis.output_length + axis.taps + 1,
        axis.input_length);
}

std::int64_t premultiplied_bytes(const ResampleAxis& x, int columns, std::int64_t input_rows) {
    return needed_at_most(x, columns) * input_rows * bytes_per_pixel(PixelFormat::rgba16);
}

/// As many output columns as make kBandBytes of premultiplied input.
int band_columns(const ResampleAxis& x, std::int64_t input_rows) {
    int columns = x.output_length;
    while (columns > kMinBandColumns && premultiplied_bytes(x, columns, input_rows) > kBandBytes) {
        columns = (columns + 1) / 2;
    }
    return columns;
}

/// run_halve() or run_resample(), which make the same bytes.
Status run_columns(const InputStrip& input, int column, const AxisPart& x, const AxisPart& y,
                   bool halving, const MutableImageView& output) {
    const bool halve = halving && x.end - x.begin >= kMinHalvedColumns;
    return (halve ? run_halve : run_resample)(input, column, x, y, output);
}

Status resample_with_alpha(const InputStrip& input, const ResampleAxis& x, const AxisPart& y,
                           bool halving, const MutableImageView& output) {
    const RowRange rows = y.needed();
    const int step = band_columns(x, rows.count());
    for (int begin = 0; begin < x.output_length; begin += step) {
        const AxisPart part = {x, begin, std::min(begin + step, x.output_length)};
        const RowRange columns = part.needed();
        auto source =
            Image::create_for_overwrite(PixelFormat::rgba16, columns.count(), rows.count());
        if (!source) return std::unexpected(std::move(source).error());
        auto target = Image::create_for_overwrite(PixelFormat::rgba16, part.end - part.begin,
                                                  output.height_px);
        if (!target) return std::unexpected(std::move(target).error());
        const RowRange local = {rows.begin - input.first_row, rows.end - input.first_row};
        premultiply(cut(input.rows, local, columns), source->view());
        Status done = run_columns({std::as_const(*source).view(), rows.begin, y.axis.input_length},
                                  columns.begin, part, y, halving, target->view());
        if (!done) return done;
        unpremultiply(std::as_const(*target).view(),
                      cut(output, {0, output.height_px}, {part.begin, part.end}));
    }
    return {};
}

/// The tables are made by resample_axis(); what is checked is what the kernel's memory safety and
/// the range of its sums rest on.
Status check_axis(const ResampleAxis& axis, const char* what) {
    const auto length = static_cast<std::size_t>(std::max(axis.output_length, 0));
    const auto taps = static_cast<std::size_t>(std::max(axis.taps, 0));
    const auto refuse = [&](const char* why) {
        return fail(ErrorCode::argument_invalid, std::string(what) + " " + why);
    };
    if (length == 0 || taps == 0 || taps % 2 != 0 || axis.first.size() != length ||
        axis.weights.size() != length * taps) {
        return refuse("has tables of the wrong size");
    }
    for (std::size_t i = 0; i < length; ++i) {
        const int first = axis.first[i];
        if (first < 0 || first >= axis.input_length || (i > 0 && first < axis.first[i - 1])) {
            return refuse("begins outside the image or goes backwards");
        }
        int sum = 0, magnitude = 0, k = 0;
        for (const int weight : axis.row(static_cast<int>(i))) {
            if (weight != 0 && first + k >= axis.input_length) return refuse("ends outside");
            sum += weight;
            magnitude += weight < 0 ? -weight : weight;
            ++k;
        }
        if (sum != kResampleOne || magnitude > 32767) return refuse("has weights of a wrong sum");
    }
    return {};
}

}  // namespace

RowRange resample_input_rows(RowRange output_rows, const ResampleAxis& y) noexcept {
    return AxisPart{y, output_rows.begin, output_rows.end}.needed();
}

std::uint64_t resample_scratch_bytes(const ResampleAxis& x, const ResampleAxis& y, int output_rows,
                                     PixelFormat format) noexcept {
    // The kernel's middle rows: 16 rows of 16-bit samples for the columns of a tile.
    const std::int64_t middle =
        std::int64_t{32} * needed_at_most(x, kTileColumns) * channels(format);
    if (!has_alpha(format)) return static_cast<std::uint64_t>(middle);
    const std::int64_t input_rows = needed_at_most(y, output_rows);
    const int columns = band_columns(x, input_rows);
    const std::int64_t output =
        std::int64_t{columns} * output_rows * bytes_per_pixel(PixelFormat::rgba16);
    return static_cast<std::uint64_t>(middle + premultiplied_bytes(x, columns, input_rows) +
                                      output);
}

Result<Resampler> Resampler::create(PixelFormat format, const ResampleAxis& x,
                                    const ResampleAxis& y) {
    Status valid = first_failure(check_axis(x, "x"), check_axis(y, "y"));
    if (!valid) return std::unexpected(std::move(valid).error());
    return Resampler(format, x, y, y.taps == kHalvingTaps && halves(x));
}

Status Resampler::run(const InputStrip& input, const OutputStrip& output) const {
    if (Status valid = check_input(input); !valid) return valid;
    if (input.rows.format != format_ || input.rows.width_px != x_->input_length ||
        input.image_height_px != y_->input_length) {
        return fail(ErrorCode::argument_invalid, "the input does not fit the axes or the format");
    }
    Status shape = check_output(output, format_, x_->output_length, y_->output_length, input.rows,
                                "the output");
    if (!shape) return shape;
    const RowRange rows = rows_of(output);
    Status at_hand = check_rows_at_hand(input, resample_input_rows(rows, *y_));
    if (!at_hand) return at_hand;
    const AxisPart part = {*y_, rows.begin, rows.end};
    if (has_alpha(format_)) return resample_with_alpha(input, *x_, part, halves_, output.rows);
    return run_columns(input, 0, {*x_, 0, x_->output_length}, part, halves_, output.rows);
}

Status resample(const InputStrip& input, const ResampleAxis& x, const ResampleAxis& y,
                const OutputStrip& output) {
    const auto resampler = Resampler::create(input.rows.format, x, y);
    return resampler ? resampler->run(input, output) : Status(std::unexpected(resampler.error()));
}

}  // namespace limpid::kernels
