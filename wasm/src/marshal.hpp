#pragma once

#include <emscripten/val.h>

#include "common/values.hpp"
#include "limpid/limpid.hpp"

// JavaScript values to the library's types and back.

namespace limpid::wasm {

/// `{width_px, height_px, format, data}`.
[[nodiscard]] emscripten::val to_js(const ImageView& pixels);
/// `{icc, exif, xmp}`, each a Uint8Array; absent blocks are empty.
[[nodiscard]] emscripten::val to_js(const Metadata& metadata);

/// Pixels from JavaScript: the bytes and the view of them.
struct InputPixels {
    InputBytes bytes;
    ImageView view;
};
/// From `{width_px, height_px, format, data}`. @return argument.invalid | memory.exhausted.
[[nodiscard]] Result<InputPixels> read_pixels(const emscripten::val& pixels);

/// Members of `options` that are undefined leave the library's default.
/// Each returns argument.invalid for a member of the wrong type or an unknown name.
[[nodiscard]] Result<EncodeOptions> read_encode_options(const emscripten::val& options);
[[nodiscard]] Result<Metadata> read_metadata(const emscripten::val& options);
/// The recipe is UTF-8 JSON in a Uint8Array. @return also the errors of parse_recipe().
[[nodiscard]] Result<EnhanceOptions> read_enhance_options(const emscripten::val& options);
[[nodiscard]] Result<Recipe> read_recipe(const emscripten::val& json, const Limits& limits);
/// `onProgress(stage, fraction)`; it cancels the run by returning false.
[[nodiscard]] RunOptions read_run_options(const emscripten::val& options, TaskRunner* runner);

}  // namespace limpid::wasm
