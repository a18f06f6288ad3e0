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

Status check_not_empty(const ImageView& pixels) {
    if (pixels.data != nullptr && pixels.width_px > 0 && pixels.height_px > 0) return {};
    return fail(ErrorCode::argument_invalid, "pixels are empty");
}

/// The recipe to apply: the caller's, or one decided from the numbers that are put into `measured`.
Result<Recipe> choose_recipe(const EnhanceOptions& options, const ImageView& pixels,
                             int jpeg_quality, const RunOptions& run,
                             std::optional<analysis::Measured>& measured) {
    Recipe recipe;
    if (options.recipe) {
        recipe = *options.recipe;
    } else {
        auto numbers = analysis::measure(pixels, run, jpeg_quality);
        if (!numbers) return failure_of(numbers);
        measured = std::move(*numbers);
        recipe = apply_preset(decide(measured->analysis), options.preset);
    }
    Status valid = validate(recipe);
    if (!valid) return failure_of(valid);
    return scaled(std::move(recipe), options.strength);
}

/// Applies the report's recipe and writes down what that took.
Status apply_report(pipeline::Canvas& canvas, const EnhanceOptions& options,
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

/// From the pixels on a canvas to the result on it: choose, apply, report.
Status enhance_on(pipeline::Canvas& canvas, const EnhanceOptions& options, int jpeg_quality,
                  const RunOptions& run, Report& report) {
    std::optional<analysis::Measured> measured;
    Result<Recipe> recipe = choose_recipe(options, canvas.pixels(), jpeg_quality, run, measured);
    if (!recipe) return failure_of(recipe);
    report.recipe = std::move(*recipe);
    Status done = apply_report(canvas, options, measured ? &measured->proxy : nullptr, run, report);
    if (done && measured) report.analysis = std::move(measured->analysis);
    return done;
}

/// What an enhanced canvas becomes.
template <class Result>
using Finish = Result (*)(pipeline::Canvas&, Metadata&, const EnhanceOptions&, const RunOptions&,
                          Report&);

Result<Enhanced> as_file(pipeline::Canvas& canvas, Metadata& metadata,
                         const EnhanceOptions& options, const RunOptions& run, Report& report) {
    EncodeOptions encode_options = options.encode;
    // Of pixels there is no input, and enhance() has seen to it that a format is given.
    encode_options.format = options.format ? *options.format : report.input->format;
    Result<ByteBuffer> bytes = encode(canvas.pixels(), metadata, encode_options, run);
    if (!bytes) return failure_of(bytes);
    report.output_format = encode_options.format;
    report.output_bytes = bytes->size();
    return Enhanced{std::move(*bytes), std::move(report)};
}

Result<EnhancedPixels> as_pixels(pipeline::Canvas& canvas, Metadata& metadata,
                                 const EnhanceOptions& /*options*/, const RunOptions& /*run*/,
                                 Report& report) {
    Result<Image> pixels = canvas.take();
    if (!pixels) return failure_of(pixels);
    return EnhancedPixels{std::move(*pixels), std::move(metadata), std::move(report)};
}

template <class Result>
Result enhance_file(std::span<const std::byte> encoded, const EnhanceOptions& options,
                    const RunOptions& run, Finish<Result> finish) {
    auto decoded = inspect_and_decode(encoded, options.limits, run);
    if (!decoded) return failure_of(decoded);
    pipeline::MemoryBudget budget(options.limits.max_memory_bytes);
    Status done = budget.hold(pixel_bytes(std::as_const(decoded->pixels).view()));
    if (!done) return failure_of(done);
    pipeline::Canvas canvas(std::move(decoded->pixels), budget);
    Report report;
    report.input = decoded->info;
    done = enhance_on(canvas, options, decoded->info.jpeg_quality, run, report);
    if (!done) return failure_of(done);
    return finish(canvas, decoded->metadata, options, run, report);
}

template <class Result>
Result enhance_view(const ImageView& pixels, const EnhanceOptions& options, const RunOptions& run,
                    Finish<Result> finish) {
    Status done = check_not_empty(pixels);
    if (!done) return failure_of(done);
    pipeline::MemoryBudget budget(options.limits.max_memory_bytes);
    pipeline::Canvas canvas(pixels, budget);
    Report report;
    done = enhance_on(canvas, options, 0, run, report);
    if (!done) return failure_of(done);
    Metadata none;
    return finish(canvas, none, options, run, report);
}

}  // namespace

Result<Image> render(const ImageView& pixels, const Recipe& recipe, const RunOptions& run) {
    Status valid = check_not_empty(pixels);
    if (valid) valid = validate(recipe);
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

Result<Analysed> analyse(const ImageView& pixels, const RunOptions& run) {
    Result<Analysis> analysis = analyse_pixels(pixels, run);
    if (!analysis) return failure_of(analysis);
    Recipe recipe = decide(*analysis);
    return Analysed{std::nullopt, std::move(*analysis), std::move(recipe)};
}

Result<Enhanced> enhance(std::span<const std::byte> encoded, const EnhanceOptions& options,
                         const RunOptions& run) {
    return enhance_file(encoded, options, run, as_file);
}

Result<Enhanced> enhance(const ImageView& pixels, const EnhanceOptions& options,
                         const RunOptions& run) {
    if (!options.format) return fail(ErrorCode::argument_invalid, "pixels need an output format");
    return enhance_view(pixels, options, run, as_file);
}

Result<EnhancedPixels> enhance_to_pixels(std::span<const std::byte> encoded,
                                         const EnhanceOptions& options, const RunOptions& run) {
    return enhance_file(encoded, options, run, as_pixels);
}

Result<EnhancedPixels> enhance_to_pixels(const ImageView& pixels, const EnhanceOptions& options,
                                         const RunOptions& run) {
    return enhance_view(pixels, options, run, as_pixels);
}

}  // namespace limpid
