// limpid-<variant>.wasm, and limpid-core.wasm: everything, or everything but the codecs.

#include <emscripten/bind.h>

#include "bindings.hpp"

namespace limpid::wasm {

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
    emscripten::function("openPreview", &open_preview);
    emscripten::function("previewRecipe", &preview_recipe);
    emscripten::function("renderPreview", &render_preview);
    emscripten::function("closePreview", &close_preview);
}

}  // namespace limpid::wasm
