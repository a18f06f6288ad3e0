#pragma once

#include <string>

#include <emscripten/val.h>

// What JavaScript can call. Each function marshals, calls one function of the library and marshals
// back; nothing is computed here, nothing is kept after the call except the thread pool and the
// previews that are open (previews.hpp). A module binds some of them: *_module.cpp.
//
// A `source` is a file, as a Uint8Array, or pixels: {width_px, height_px, format, data}.
//
// A call returns an object with its results, or with the one member `error`: {code,
// found}. When `unusable` is set beside it, something was thrown through the library: memory may
// have leaked and the caller must drop the instance.

namespace limpid::wasm {

// instance.cpp
std::string version();
std::string cpu_tier();
/// Bytes of wasm memory: what malloc has handed out, and the whole heap, which never shrinks.
emscripten::val memory_use();
/// Use `threads` threads for every later call.
emscripten::val set_threads(int threads);

// files.cpp
emscripten::val inspect_file(const emscripten::val& file, const emscripten::val& options);
emscripten::val decode_file(const emscripten::val& file, const emscripten::val& options);
emscripten::val encode_pixels(const emscripten::val& pixels, const emscripten::val& options);

// enhancing.cpp
/// JSON Schema of a recipe.
std::string recipe_schema();
emscripten::val analyse_source(const emscripten::val& source, const emscripten::val& options);
emscripten::val enhance_source(const emscripten::val& source, const emscripten::val& options);
emscripten::val render_pixels(const emscripten::val& pixels, const emscripten::val& recipe_json,
                              const emscripten::val& options);

// pixels.cpp
emscripten::val resize_pixels(const emscripten::val& pixels, const emscripten::val& resize_object,
                              const emscripten::val& options);
emscripten::val convert_to_rgba8(const emscripten::val& pixels);

// previewing.cpp
emscripten::val open_preview(const emscripten::val& source, int max_side_px,
                             const emscripten::val& options);
emscripten::val preview_recipe(int preview, const emscripten::val& options);
emscripten::val render_preview(int preview, const emscripten::val& recipe_json,
                               const emscripten::val& options);
/// Closing one that is not open does nothing.
void close_preview(int preview);

}  // namespace limpid::wasm
