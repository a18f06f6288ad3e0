// What JavaScript can call. Each function marshals, calls one function of the library and marshals
// back; nothing is computed here, nothing is kept after the call except the thread pool.
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

val analyse_file(const val& file, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto bytes = InputBytes::copy_of(file);
        if (!bytes) return std::unexpected(bytes.error());
        const auto analysed =
            analyse(bytes->span(), *limits, read_run_options(options, runner().get()));
        if (!analysed) return std::unexpected(analysed.error());
        val result = val::object();
        result.set("analysed", to_json(*analysed));
        return result;
    });
}

val enhance_file(const val& file, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto enhance_options = read_enhance_options(options);
        if (!enhance_options) return std::unexpected(enhance_options.error());
        const auto bytes = InputBytes::copy_of(file);
        if (!bytes) return std::unexpected(bytes.error());
        const auto enhanced =
            enhance(bytes->span(), *enhance_options, read_run_options(options, runner().get()));
        if (!enhanced) return std::unexpected(enhanced.error());
        val result = val::object();
        result.set("bytes", to_uint8_array(enhanced->bytes.span()));
        result.set("report", to_json(enhanced->report));
        return result;
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

}  // namespace

EMSCRIPTEN_BINDINGS(limpid) {
    emscripten::function("version", &version);
    emscripten::function("cpuTier", &cpu_tier);
    emscripten::function("recipeSchema", &recipe_schema);
    emscripten::function("memoryUse", &memory_use);
    emscripten::function("setThreads", &set_threads);
    emscripten::function("inspect", &inspect_file);
    emscripten::function("analyse", &analyse_file);
    emscripten::function("enhance", &enhance_file);
    emscripten::function("decode", &decode_file);
    emscripten::function("render", &render_pixels);
    emscripten::function("encode", &encode_pixels);
}

}  // namespace limpid::wasm
