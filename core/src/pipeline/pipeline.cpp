#include "limpid/pipeline.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "base/run_control.hpp"
#include "pipeline/render.hpp"
#include "pipeline/render_plan.hpp"

namespace limpid {
namespace {

template <class T>
std::unexpected<Error> failure_of(Result<T>& result) {
    return std::unexpected(std::move(result).error());
}

/// Rendered pixels, or none when the recipe changes nothing.
struct Rendered {
    Image pixels;
    std::uint64_t peak_pixel_bytes = 0;
};

Status check_memory(std::uint64_t needed_bytes, std::uint64_t max_bytes) {
    if (needed_bytes <= max_bytes) return {};
    return fail(ErrorCode::memory_exhausted,
                std::to_string(needed_bytes) + " bytes of pixels are needed; max_memory_bytes is " +
                    std::to_string(max_bytes));
}

Result<Rendered> render_bounded(const ImageView& input, const Recipe& recipe,
                                std::uint64_t max_bytes, const RunOptions& run) {
    auto plan = pipeline::make_render_plan(recipe, input.format);
    if (!plan) return failure_of(plan);
    const std::uint64_t image_bytes =
        std::uint64_t{input.row_bytes()} * static_cast<unsigned>(input.height_px);
    Rendered rendered;
    rendered.peak_pixel_bytes = image_bytes;
    if (plan->is_identity()) {
        Status go = report_progress(run, Stage::render, 1.0);
        if (!go) return failure_of(go);
        return rendered;
    }

    rendered.peak_pixel_bytes += image_bytes + pipeline::scratch_bytes(*plan, input, run);
    Status fits = check_memory(rendered.peak_pixel_bytes, max_bytes);
    if (!fits) return failure_of(fits);
    Result<Image> output = Image::create(input.format, input.width_px, input.height_px);
    if (!output) return failure_of(output);
    Status done = pipeline::render_plan(*plan, input, output->view(), run);
    if (!done) return failure_of(done);
    rendered.pixels = std::move(*output);
    return rendered;
}

Result<Image> copy_of(const ImageView& input) {
    Result<Image> copy = Image::create(input.format, input.width_px, input.height_px);
    if (!copy) return copy;
    const MutableImageView rows = copy->view();
    for (int y = 0; y < input.height_px; ++y) {
        std::copy_n(input.row(y), input.row_bytes(), rows.row(y));
    }
    return copy;
}

/// Headers first, so that a file that is refused costs no pixel; then the pixels.
Result<DecodedImage> inspect_and_decode(std::span<const std::byte> encoded, const Limits& limits,
                                        const RunOptions& run) {
    Result<ImageInfo> info = inspect(encoded, limits);
    if (!info) return failure_of(info);
    Status go = report_progress(run, Stage::inspect, 1.0);
    if (!go) return failure_of(go);
    return decode(encoded, limits, run);
}

/// The recipe to apply: the caller's or one decided from the pixels.
Result<Recipe> choose_recipe(const EnhanceOptions& options, const ImageView& pixels,
                             const RunOptions& run, std::optional<Analysis>& analysis) {
    Recipe recipe;
    if (options.recipe) {
        recipe = *options.recipe;
    } else {
        Result<Analysis> measured = analyse_pixels(pixels, run);
        if (!measured) return failure_of(measured);
        recipe = decide(*measured);
        analysis = std::move(*measured);
    }
    Status valid = validate(recipe);
    if (!valid) return failure_of(valid);
    return scaled(std::move(recipe), options.strength);
}

}  // namespace

Result<Image> render(const ImageView& pixels, const Recipe& recipe, const RunOptions& run) {
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "pixels are empty");
    }
    Status valid = validate(recipe);
    if (!valid) return failure_of(valid);
    auto rendered = render_bounded(pixels, recipe, UINT64_MAX, run);
    if (!rendered) return failure_of(rendered);
    if (rendered->pixels.empty()) return copy_of(pixels);
    return std::move(rendered->pixels);
}

Result<Analysed> analyse(std::span<const std::byte> encoded, const Limits& limits,
                         const RunOptions& run) {
    Result<DecodedImage> decoded = inspect_and_decode(encoded, limits, run);
    if (!decoded) return failure_of(decoded);
    Result<Analysis> analysis = analyse_pixels(std::as_const(decoded->pixels).view(), run);
    if (!analysis) return failure_of(analysis);
    Recipe recipe = decide(*analysis);
    return Analysed{decoded->info, std::move(*analysis), std::move(recipe)};
}

Result<Enhanced> enhance(std::span<const std::byte> encoded, const EnhanceOptions& options,
                         const RunOptions& run) {
    Result<DecodedImage> decoded = inspect_and_decode(encoded, options.limits, run);
    if (!decoded) return failure_of(decoded);
    const ImageView input = std::as_const(decoded->pixels).view();

    Enhanced result;
    Report& report = result.report;
    report.input = decoded->info;
    Result<Recipe> recipe = choose_recipe(options, input, run, report.analysis);
    if (!recipe) return failure_of(recipe);
    report.recipe = std::move(*recipe);

    auto rendered = render_bounded(input, report.recipe, options.limits.max_memory_bytes, run);
    if (!rendered) return failure_of(rendered);
    report.peak_pixel_bytes = rendered->peak_pixel_bytes;
    report.pixels_unchanged = rendered->pixels.empty();
    if (!report.pixels_unchanged) decoded->pixels = std::move(rendered->pixels);

    EncodeOptions encode_options = options.encode;
    encode_options.format = options.format.value_or(decoded->info.format);
    report.output_format = encode_options.format;
    Result<ByteBuffer> bytes =
        encode(std::as_const(decoded->pixels).view(), decoded->metadata, encode_options, run);
    if (!bytes) return failure_of(bytes);
    report.output_bytes = bytes->size();
    result.bytes = std::move(*bytes);
    return result;
}

}  // namespace limpid
