#include "pipeline/resize_stage.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/run_control.hpp"
#include "pipeline/strip_chain.hpp"

namespace limpid {
namespace {

/// `length` times `numerator` / `denominator`, rounded to the nearest pixel, at least 1.
int in_proportion(int length, int numerator, int denominator) {
    const std::int64_t scaled = std::int64_t{length} * numerator * 2 + denominator;
    return static_cast<int>(std::clamp<std::int64_t>(scaled / (std::int64_t{denominator} * 2), 1,
                                                     std::int64_t{1} << 30));
}

ImageSize wanted_size(ImageSize input, const Resize& resize) {
    const int width = resize.width_px, height = resize.height_px;
    const bool box = width != 0 && height != 0;
    if (box && resize.fit != Fit::inside) return {width, height};
    const bool width_decides =
        box ? std::int64_t{width} * input.height_px <= std::int64_t{height} * input.width_px
            : width != 0;
    return width_decides
               ? ImageSize{width, in_proportion(input.height_px, width, input.width_px)}
               : ImageSize{in_proportion(input.width_px, height, input.height_px), height};
}

Status check_size(ImageSize size, const Limits& limits) {
    const auto width = static_cast<std::uint64_t>(size.width_px);
    const auto height = static_cast<std::uint64_t>(size.height_px);
    const auto refuse = [&](const char* limit, std::uint64_t most) {
        return fail(ErrorCode::image_too_large, "resized to " + std::to_string(width) + " x " +
                                                    std::to_string(height) + " px; " + limit +
                                                    " is " + std::to_string(most));
    };
    if (width > limits.max_width_px) return refuse("max_width_px", limits.max_width_px);
    if (height > limits.max_height_px) return refuse("max_height_px", limits.max_height_px);
    if (width * height > limits.max_pixels) return refuse("max_pixels", limits.max_pixels);
    return {};
}

/// The part of the input that becomes the output.
struct Windows {
    kernels::AxisWindow x, y;
};

Windows windows_of(ImageSize input, ImageSize output, const Resize& resize) {
    const auto width = static_cast<double>(input.width_px);
    const auto height = static_cast<double>(input.height_px);
    Windows all = {{0.0, width}, {0.0, height}};
    if (resize.fit != Fit::cover || output == input) return all;
    // What overhangs is cut off; of proportions that agree but for rounding nothing is.
    const double wanted_width = height * output.width_px / output.height_px;
    const double wanted_height = width * output.height_px / output.width_px;
    if (wanted_width < width) {
        all.x = {(width - wanted_width) / 2, wanted_width};
    } else if (wanted_height < height) {
        all.y = {(height - wanted_height) / 2, wanted_height};
    }
    return all;
}

}  // namespace

Result<ImageSize> resized_size(ImageSize input, const Resize& resize, const Limits& limits) {
    auto plan = pipeline::make_resize_plan(input, resize, limits);
    if (!plan) return std::unexpected(std::move(plan).error());
    return plan->size;
}

Result<Image> resize(const ImageView& pixels, const Resize& resize, const RunOptions& run,
                     const Limits& limits) {
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "pixels are empty");
    }
    auto plan = pipeline::make_resize_plan({pixels.width_px, pixels.height_px}, resize, limits);
    if (!plan) return std::unexpected(std::move(plan).error());
    auto output =
        Image::create_for_overwrite(pixels.format, plan->size.width_px, plan->size.height_px);
    if (!output) return output;
    RunOptions without_rows = run;  // a preview is rendered only after this
    without_rows.on_rows = {};
    Status done = pipeline::run_resize(*plan, pixels, output->view(), without_rows);
    if (!done) return std::unexpected(std::move(done).error());
    return output;
}

namespace pipeline {
namespace {

/// Rows of a task: whole groups of the kernel's 16, few where each needs many input rows. Tasks
/// keep nothing for each other: what rows share is input, which is there.
int strip_rows(const ResizePlan& plan) {
    constexpr int kGroup = 16;
    constexpr int kInputRows = 128;
    const int rows = in_proportion(kInputRows, plan.y.output_length, plan.y.input_length);
    return std::clamp(rows / kGroup * kGroup, kGroup, 4 * kGroup);
}

Status copy_rows(const ImageView& from, kernels::RowRange rows, const MutableImageView& to) {
    for (int y = rows.begin; y < rows.end; ++y) {
        std::memcpy(to.row(y), from.row(y), from.row_bytes());
    }
    return {};
}
}  // namespace

Result<ResizePlan> make_resize_plan(ImageSize input, const Resize& resize, const Limits& limits) {
    if (input.width_px < 1 || input.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "the image to resize is empty");
    }
    if (resize.width_px < 0 || resize.height_px < 0 ||
        (resize.width_px == 0 && resize.height_px == 0)) {
        return fail(ErrorCode::resize_out_of_range, std::to_string(resize.width_px) + " x " +
                                                        std::to_string(resize.height_px) +
                                                        " px; give one side or both");
    }
    ResizePlan plan;
    plan.size = wanted_size(input, resize);
    const bool larger =
        plan.size.width_px > input.width_px || plan.size.height_px > input.height_px;
    if (larger && !resize.enlarge) plan.size = input;
    if (Status size = check_size(plan.size, limits); !size) {
        return std::unexpected(std::move(size).error());
    }
    const Windows windows = windows_of(input, plan.size, resize);
    auto x = kernels::resample_axis(input.width_px, plan.size.width_px, windows.x, resize.filter);
    if (!x) return std::unexpected(std::move(x).error());
    auto y = kernels::resample_axis(input.height_px, plan.size.height_px, windows.y, resize.filter);
    if (!y) return std::unexpected(std::move(y).error());
    plan.x = std::move(*x);
    plan.y = std::move(*y);
    plan.is_identity = plan.size == input;
    return plan;
}

std::uint64_t resize_scratch_bytes(const ResizePlan& plan, PixelFormat format,
                                   const RunOptions& run) {
    return kernels::resample_scratch_bytes(plan.x, plan.y, strip_rows(plan), format) *
           static_cast<unsigned>(pipeline::concurrency(run));
}

Status run_resize(const ResizePlan& plan, const ImageView& input, const MutableImageView& output,
                  const RunOptions& run) {
    std::optional<kernels::Resampler> resampler;
    if (!plan.is_identity) {
        auto made = kernels::Resampler::create(input.format, plan.x, plan.y);
        if (!made) return std::unexpected(std::move(made).error());
        resampler = std::move(*made);
    }
    const int rows = strip_rows(plan);
    const auto first_row = [&](int strip) { return std::min(strip * rows, output.height_px); };
    const auto task = [&](int i) {
        const kernels::RowRange strip = {first_row(i), first_row(i + 1)};
        if (!resampler) return copy_rows(input, strip, output);
        const kernels::RowRange needed = kernels::resample_input_rows(strip, plan.y);
        return resampler->run(kernels::strip(input, needed), kernels::strip(output, strip));
    };
    return run_stage(run, Stage::render, (output.height_px + rows - 1) / rows, task,
                     giving_rows(run, output, first_row));
}

}  // namespace pipeline
}  // namespace limpid
