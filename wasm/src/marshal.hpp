#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>

#include <emscripten/val.h>

#include "limpid/limpid.hpp"

// JavaScript values to the library's types and back. What comes in is checked again here, although
// js/ has checked it already: the module may be called without js/.

namespace limpid::wasm {

/// Bytes of a Uint8Array, copied into wasm memory once and freed with this object.
class InputBytes {
public:
    /// @return argument.invalid when `bytes` is no Uint8Array, memory.exhausted.
    [[nodiscard]] static Result<InputBytes> copy_of(const emscripten::val& bytes);
    [[nodiscard]] std::span<const std::byte> span() const noexcept { return {data_.get(), size_}; }

private:
    struct Free {
        void operator()(std::byte* p) const noexcept { std::free(p); }
    };
    std::unique_ptr<std::byte[], Free> data_;
    std::size_t size_ = 0;
};

/// A fresh Uint8Array of exactly these bytes, outside wasm memory and never shared.
[[nodiscard]] emscripten::val to_uint8_array(std::span<const std::byte> bytes);

/// `{code, found, message}`.
[[nodiscard]] emscripten::val to_js(const Error& error);
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
[[nodiscard]] Result<Limits> read_limits(const emscripten::val& options);
[[nodiscard]] Result<EncodeOptions> read_encode_options(const emscripten::val& options);
[[nodiscard]] Result<Metadata> read_metadata(const emscripten::val& options);
/// The recipe is UTF-8 JSON in a Uint8Array. @return also the errors of parse_recipe().
[[nodiscard]] Result<EnhanceOptions> read_enhance_options(const emscripten::val& options);
[[nodiscard]] Result<Recipe> read_recipe(const emscripten::val& json, const Limits& limits);
/// `onProgress(stage, fraction)`; it cancels the run by returning false.
[[nodiscard]] RunOptions read_run_options(const emscripten::val& options, TaskRunner* runner);

}  // namespace limpid::wasm
