#include "limpid/pipeline.hpp"

#include <cstdint>
#include <utility>

#include "analyse/measure.hpp"
#include "base/run_control.hpp"
#include "pipeline/apply_recipe.hpp"
#include "pipeline/canvas.hpp"
#include "pipeline/memory_budget.hpp"

namespace limpid {
namespace {

template <class T>
std::unexpected<Error> failure_of(Result<T>& result) {
    return std::unexpected(std::move(result).error());
}

std::uint64_t pixel_bytes(const ImageView& pixels) {
    return std::uint64_t{pixels.row_bytes()} * static_cast<unsigned>(pixels.height_px);
}

ImageSize size_of(const ImageView& pixels) { return {pixels.width_px, pixels.height_px}; }

/// Headers first, so that a file that is refused costs no pixel; then the pixels.
Result<DecodedImage> inspect_and_decode(std::span<const std::byte> encoded, const Limits& limits,
                                        const RunOptions& run) {
    Result<ImageInfo> info = inspect(encoded, limits);
    if (!info) return failure_of(info);
    Status go = report_progress(run, Stage::inspect, 1.0);
    if (!go) return failure_of(go);
    return decode(encoded, limits, run);
}

/// The recipe to apply: the caller's, or one decided from the numbers that are put into `measured`.
Result<Recipe> choose_recipe(const EnhanceOptions& options, const DecodedImage& input,
                             const RunOptions& run, std::optional<analysis::Measured>& measured) {
    Recipe recipe;
    if (options.recipe) {
        recipe = *options.recipe;
    } else {
        auto numbers = analysis::measure(input.pixels.view(), run, input.info.jpeg_quality);
        if (!numbers) return failure_of(numbers);
        measured = std::move(*numbers);
        recipe = apply_preset(decide(measured->analysis), options.preset);
    }
    Status valid = validate(recipe);
    if (!valid) return failure_of(valid);
    return scaled(std::move(recipe), options.strength);
}

/// Applies the report's recipe and writes down what that took.
Status render_into(pipeline::Canvas& canvas, const EnhanceOptions& options,
                   const analysis::Proxy* proxy, const RunOptions& run, Report& report) {
    const ImageView input = canvas.pixels();
    const pipeline::RenderRequest request = {.size = size_of(input),
                                             .format = input.format,
                                             .lut = options.lut,
                                             .lut_strength = options.lut_strength,
                                             .resize = options.resize,
                                             .limits = options.limits};
    auto changed =
        pipeline::apply_recipe(canvas, report.recipe, request, {proxy, request.size}, run);
    if (!changed) return failure_of(changed);
    report.pixels_unchanged = !*changed;
    report.output_width_px = canvas.pixels().width_px;
    report.output_height_px = canvas.pixels().height_px;
    report.peak_pixel_bytes = canvas.budget().peak_bytes();
    return {};
}

}  // namespace

Result<Image> render(const ImageView& pixels, const Recipe& recipe, const RunOptions& run) {
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "pixels are empty");
    }
    Status valid = validate(recipe);
    if (!valid) return failure_of(valid);
    pipeline::MemoryBudget budget(UINT64_MAX);
    pipeline::Canvas canvas(pixels, budget);
    auto changed = pipeline::apply_recipe(
        canvas, recipe, {.size = size_of(pixels), .format = pixels.format}, {}, run);
    if (!changed) return failure_of(changed);
    return canvas.take();
}

Result<Analysed> analyse(std::span<const std::byte> encoded, const Limits& limits,
                         const RunOptions& run) {
    Result<DecodedImage> decoded = inspect_and_decode(encoded, limits, run);
    if (!decoded) return failure_of(decoded);
    Result<Analysis> analysis =
        analyse_pixels(std::as_const(decoded->pixels).view(), run, decoded->info.jpeg_quality);
    if (!analysis) return failure_of(analysis);
    Recipe recipe = decide(*analysis);
    return Analysed{decoded->info, std::move(*analysis), std::move(recipe)};
}

Result<Enhanced> enhance(std::span<const std::byte> encoded, const EnhanceOptions& options,
                         const RunOptions& run) {
    Result<DecodedImage> decoded = inspect_and_decode(encoded, options.limits, run);
    if (!decoded) return failure_of(decoded);

    Enhanced result;
    Report& report = result.report;
    report.input = decoded->info;
    std::optional<analysis::Measured> measured;
    Result<Recipe> recipe = choose_recipe(options, *decoded, run, measured);
    if (!recipe) return failure_of(recipe);
    report.recipe = std::move(*recipe);

    pipeline::MemoryBudget budget(options.limits.max_memory_bytes);
    Status held = budget.hold(pixel_bytes(std::as_const(decoded->pixels).view()));
    if (!held) return failure_of(held);
    pipeline::Canvas canvas(std::move(decoded->pixels), budget);
    Status done = render_into(canvas, options, measured ? &measured->proxy : nullptr, run, report);
    if (!done) return failure_of(done);
    if (measured) report.analysis = std::move(measured->analysis);

    EncodeOptions encode_options = options.encode;
    encode_options.format = options.format.value_or(decoded->info.format);
    report.output_format = encode_options.format;
    Result<ByteBuffer> bytes = encode(canvas.pixels(), decoded->metadata, encode_options, run);
    if (!bytes) return failure_of(bytes);
    report.output_bytes = bytes->size();
    result.bytes = std::move(*bytes);
    return result;
}

}  // namespace limpid
