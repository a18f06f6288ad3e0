#include <string>
#include <utility>

#include <emscripten/val.h>

#include "bindings.hpp"
#include "guarded.hpp"
#include "limpid/limpid.hpp"
#include "marshal.hpp"
#include "runner.hpp"

namespace limpid::wasm {

using emscripten::val;

namespace {

/// Enhanced as a file: `{bytes, report}`.
Result<val> enhance_as_file(const Input& input, const EnhanceOptions& options,
                            const RunOptions& run) {
    const auto enhanced = input.pixels ? enhance(input.pixels->view, options, run)
                                       : enhance(input.file.span(), options, run);
    if (!enhanced) return std::unexpected(enhanced.error());
    val result = val::object();
    result.set("bytes", to_uint8_array(enhanced->bytes.span()));
    result.set("report", to_json(enhanced->report));
    return result;
}

/// For RunOptions::on_rows. Borrows.
auto rows_into(RowCopier& copier) {
    return [&copier](const ImageView& image, int first_row, int count) {
        copier.copy(image, first_row, count);
    };
}

/// Enhanced as pixels: `{pixels, report}`.
Result<val> enhance_as_pixels(const Input& input, const EnhanceOptions& options, RunOptions run,
                              Output output, const val& spare) {
    RowCopier copier(spare);
    run.on_rows = [&](const ImageView& image, int first_row, int count) {
        // Others are converted in the end.
        const bool wanted = output == Output::pixels || image.format == PixelFormat::rgba8;
        if (wanted) copier.copy(image, first_row, count);
    };
    auto enhanced = input.pixels ? enhance_to_pixels(input.pixels->view, options, run)
                                 : enhance_to_pixels(input.file.span(), options, run);
    if (!enhanced) return std::unexpected(enhanced.error());
    if (output == Output::rgba8 && enhanced->pixels.format() != PixelFormat::rgba8) {
        auto converted = to_rgba8(std::as_const(enhanced->pixels).view());
        if (!converted) return std::unexpected(converted.error());
        enhanced->pixels = std::move(*converted);
    }
    val result = val::object();
    result.set("pixels", copier.take(std::as_const(enhanced->pixels).view()));
    result.set("report", to_json(enhanced->report));
    return result;
}

}  // namespace

std::string recipe_schema() { return recipe_json_schema(); }

val analyse_source(const val& source, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto input = read_source(source);
        if (!input) return std::unexpected(input.error());
        const RunOptions run = read_run_options(options, runner().get());
        const auto analysed = input->pixels ? analyse(input->pixels->view, run)
                                            : analyse(input->file.span(), *limits, run);
        if (!analysed) return std::unexpected(analysed.error());
        val result = val::object();
        result.set("analysed", to_json(*analysed));
        return result;
    });
}

val enhance_source(const val& source, const val& options) {
    return guarded([&]() -> Result<val> {
        auto enhance_options = read_enhance_options(options);
        if (!enhance_options) return std::unexpected(enhance_options.error());
        const auto output = read_output(options);
        if (!output) return std::unexpected(output.error());
        const auto table = read_lut(options, enhance_options->limits);
        if (!table) return std::unexpected(table.error());
        if (*table) {
            enhance_options->lut = &(*table)->lut;
            enhance_options->lut_strength = (*table)->strength;
        }
        const auto input = read_source(source);
        if (!input) return std::unexpected(input.error());
        const RunOptions run = read_run_options(options, runner().get());
        return *output == Output::file
                   ? enhance_as_file(*input, *enhance_options, run)
                   : enhance_as_pixels(*input, *enhance_options, run, *output, options["spare"]);
    });
}

val render_pixels(const val& pixels, const val& recipe_json, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto recipe = read_recipe(recipe_json, *limits);
        if (!recipe) return std::unexpected(recipe.error());
        const auto input = read_pixels(pixels);
        if (!input) return std::unexpected(input.error());
        RunOptions run = read_run_options(options, runner().get());
        RowCopier copier(options["spare"]);
        run.on_rows = rows_into(copier);
        const auto rendered = render(input->view, *recipe, run);
        if (!rendered) return std::unexpected(rendered.error());
        val result = val::object();
        result.set("pixels", copier.take(rendered->view()));
        return result;
    });
}

}  // namespace limpid::wasm
