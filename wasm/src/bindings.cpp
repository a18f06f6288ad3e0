// What JavaScript can call. Each function marshals, calls one function of the library and marshals
// back; nothing is computed here, nothing is kept after the call except the thread pool and the
// previews that are open (previews.hpp).
//
// A `source` is a file, as a Uint8Array, or pixels: {width_px, height_px, format, data}.
//
// A call returns an object with its results, or with the one member `error`: {code,
// found}. When `unusable` is set beside it, something was thrown through the library: memory may
// have leaked and the caller must drop the instance.

#include <malloc.h>

#include <memory>
#include <new>
#include <string>
#include <utility>

#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>

#include "limpid/limpid.hpp"
#include "marshal.hpp"
#include "previews.hpp"

namespace limpid::wasm {
namespace {

using emscripten::val;

/// The pool lives as long as the instance: its threads are web workers, expensive to start, and
/// starting one needs the event loop, which a running call does not reach.
std::unique_ptr<TaskRunner>& runner() {
    static std::unique_ptr<TaskRunner> instance;
    return instance;
}

/// Runs `call` (a function returning Result<val>). The library throws nothing, but operator new
/// does when memory is out, and so do JavaScript's own allocations.
template <class Call>
val guarded(const Call& call) {
    ErrorCode thrown = ErrorCode::internal_failure;
    try {
        Result<val> result = call();
        return result ? std::move(*result) : failure(result.error());
    } catch (const std::bad_alloc&) {
        thrown = ErrorCode::memory_exhausted;
    } catch (...) {
        thrown = ErrorCode::internal_failure;
    }
    val object = failure(Error(thrown));
    object.set("unusable", true);
    return object;
}

std::string version() { return LIMPID_VERSION_STRING; }

std::string cpu_tier() { return std::string(to_string(best_cpu_tier())); }

/// JSON Schema of a recipe.
std::string recipe_schema() { return recipe_json_schema(); }

/// Bytes of wasm memory: what malloc has handed out, and the whole heap, which never shrinks.
val memory_use() {
    val object = val::object();
    object.set("allocated_bytes", static_cast<std::size_t>(mallinfo().uordblks));
    object.set("heap_bytes", emscripten_get_heap_size());
    return object;
}

/// Use `threads` threads for every later call.
val set_threads(int threads) {
    return guarded([&]() -> Result<val> {
        auto pool = make_thread_pool(threads);
        if (!pool) return std::unexpected(pool.error());
        runner() = std::move(*pool);
        return val::object();
    });
}

val inspect_file(const val& file, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto bytes = InputBytes::copy_of(file);
        if (!bytes) return std::unexpected(bytes.error());
        const auto info = inspect(bytes->span(), *limits);
        if (!info) return std::unexpected(info.error());
        val result = val::object();
        result.set("info", to_json(*info));
        return result;
    });
}

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

/// Enhanced as pixels: `{pixels, report}`.
Result<val> enhance_as_pixels(const Input& input, const EnhanceOptions& options,
                              const RunOptions& run, Output output) {
    auto enhanced = input.pixels ? enhance_to_pixels(input.pixels->view, options, run)
                                 : enhance_to_pixels(input.file.span(), options, run);
    if (!enhanced) return std::unexpected(enhanced.error());
    if (output == Output::rgba8 && enhanced->pixels.format() != PixelFormat::rgba8) {
        auto converted = to_rgba8(std::as_const(enhanced->pixels).view());
        if (!converted) return std::unexpected(converted.error());
        enhanced->pixels = std::move(*converted);
    }
    val result = val::object();
    result.set("pixels", to_js(std::as_const(enhanced->pixels).view()));
    result.set("report", to_json(enhanced->report));
    return result;
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
        return *output == Output::file ? enhance_as_file(*input, *enhance_options, run)
                                       : enhance_as_pixels(*input, *enhance_options, run, *output);
    });
}

val decode_file(const val& file, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto bytes = InputBytes::copy_of(file);
        if (!bytes) return std::unexpected(bytes.error());
        const auto decoded =
            decode(bytes->span(), *limits, read_run_options(options, runner().get()));
        if (!decoded) return std::unexpected(decoded.error());
        val result = val::object();
        result.set("info", to_json(decoded->info));
        result.set("pixels", to_js(decoded->pixels.view()));
        result.set("metadata", to_js(decoded->metadata));
        return result;
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
        const auto rendered =
            render(input->view, *recipe, read_run_options(options, runner().get()));
        if (!rendered) return std::unexpected(rendered.error());
        val result = val::object();
        result.set("pixels", to_js(rendered->view()));
        return result;
    });
}

val encode_pixels(const val& pixels, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto encode_options = read_encode_options(options);
        if (!encode_options) return std::unexpected(encode_options.error());
        const auto metadata = read_metadata(options);
        if (!metadata) return std::unexpected(metadata.error());
        const auto input = read_pixels(pixels);
        if (!input) return std::unexpected(input.error());
        const auto bytes = encode(input->view, *metadata, *encode_options,
                                  read_run_options(options, runner().get()));
        if (!bytes) return std::unexpected(bytes.error());
        val result = val::object();
        result.set("bytes", to_uint8_array(bytes->span()));
        return result;
    });
}

val resize_pixels(const val& pixels, const val& resize_object, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto wanted = read_resize(resize_object);
        if (!wanted) return std::unexpected(wanted.error());
        const auto input = read_pixels(pixels);
        if (!input) return std::unexpected(input.error());
        const auto resized =
            resize(input->view, *wanted, read_run_options(options, runner().get()), *limits);
        if (!resized) return std::unexpected(resized.error());
        val result = val::object();
        result.set("pixels", to_js(resized->view()));
        return result;
    });
}

val convert_to_rgba8(const val& pixels) {
    return guarded([&]() -> Result<val> {
        const auto input = read_pixels(pixels);
        if (!input) return std::unexpected(input.error());
        const auto converted = to_rgba8(input->view);
        if (!converted) return std::unexpected(converted.error());
        val result = val::object();
        result.set("pixels", to_js(converted->view()));
        return result;
    });
}

val histogram_of(const val& pixels) {
    return guarded([&]() -> Result<val> {
        const auto input = read_pixels(pixels);
        if (!input) return std::unexpected(input.error());
        val result = val::object();
        result.set("histogram", to_js(histogram(input->view)));
        return result;
    });
}

/// A picture as a screen shows it: `{pixels, histogram}` are put into `result`.
Status set_picture(val& result, const char* name, const ImageView& pixels) {
    const auto picture = to_rgba8(pixels);
    if (!picture) return std::unexpected(picture.error());
    result.set(name, to_js(picture->view()));
    result.set("histogram", to_js(histogram(picture->view())));
    return {};
}

val open_preview(const val& source, int max_side_px, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        auto session = [&]() -> Result<PreviewSession> {
            const auto input = read_source(source);
            if (!input) return std::unexpected(input.error());
            const RunOptions run = read_run_options(options, runner().get());
            return input->pixels
                       ? PreviewSession::create(input->pixels->view, max_side_px, run)
                       : PreviewSession::create(input->file.span(), max_side_px, *limits, run);
        }();
        if (!session) return std::unexpected(session.error());
        val result = val::object();
        result.set("opened", to_json(*session));
        Status set = set_picture(result, "original", session->original());
        if (!set) return std::unexpected(set.error());
        result.set("preview", open_previews().add(std::move(*session)));
        return result;
    });
}

val preview_recipe(int preview, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto session = open_previews().find(preview);
        if (!session) return std::unexpected(session.error());
        const auto taste = read_taste(options);
        if (!taste) return std::unexpected(taste.error());
        const auto recipe = (*session)->recipe(taste->preset, taste->strength);
        if (!recipe) return std::unexpected(recipe.error());
        val result = val::object();
        result.set("recipe", to_json(*recipe));
        return result;
    });
}

val render_preview(int preview, const val& recipe_json, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto session = open_previews().find(preview);
        if (!session) return std::unexpected(session.error());
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto recipe = read_recipe(recipe_json, *limits);
        if (!recipe) return std::unexpected(recipe.error());
        const auto rendered =
            (*session)->render(*recipe, read_run_options(options, runner().get()));
        if (!rendered) return std::unexpected(rendered.error());
        val result = val::object();
        Status set = set_picture(result, "pixels", rendered->view());
        if (!set) return std::unexpected(set.error());
        return result;
    });
}

/// Closing one that is not open does nothing.
void close_preview(int preview) { open_previews().remove(preview); }

}  // namespace

EMSCRIPTEN_BINDINGS(limpid) {
    emscripten::function("version", &version);
    emscripten::function("cpuTier", &cpu_tier);
    emscripten::function("recipeSchema", &recipe_schema);
    emscripten::function("memoryUse", &memory_use);
    emscripten::function("setThreads", &set_threads);
    emscripten::function("inspect", &inspect_file);
    emscripten::function("analyse", &analyse_source);
    emscripten::function("enhance", &enhance_source);
    emscripten::function("decode", &decode_file);
    emscripten::function("render", &render_pixels);
    emscripten::function("encode", &encode_pixels);
    emscripten::function("resize", &resize_pixels);
    emscripten::function("toRgba8", &convert_to_rgba8);
    emscripten::function("histogram", &histogram_of);
    emscripten::function("openPreview", &open_preview);
    emscripten::function("previewRecipe", &preview_recipe);
    emscripten::function("renderPreview", &render_preview);
    emscripten::function("closePreview", &close_preview);
}

}  // namespace limpid::wasm
