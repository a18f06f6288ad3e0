#pragma once

#include <optional>
#include <utility>

#include <emscripten/val.h>

#include "common/values.hpp"
#include "limpid/limpid.hpp"

// JavaScript values to the library's types and back.

namespace limpid::wasm {

/// `{width_px, height_px, format, data}`. @param spare  as for to_uint8_array().
[[nodiscard]] emscripten::val to_js(const ImageView& pixels,
                                    const emscripten::val& spare = emscripten::val::undefined());

/// Copies an image to JavaScript row by row, as the rows are made: while the calling thread copies,
/// the others go on.
class RowCopier {
public:
    /// @param spare  as for to_uint8_array().
    explicit RowCopier(emscripten::val spare) : spare_(std::move(spare)) {}
    /// For RunOptions::on_rows; throws nothing.
    void copy(const ImageView& image, int first_row, int count) noexcept;
    /// The image as to_js() gives it, which copies it where copy() did not come to its last row.
    [[nodiscard]] emscripten::val take(const ImageView& image);

private:
    emscripten::val spare_;
    emscripten::val data_ = emscripten::val::undefined();
    int rows_ = 0;  ///< in data_
};

/// `{icc, exif, xmp}`, each a Uint8Array; absent blocks are empty.
[[nodiscard]] emscripten::val to_js(const Metadata& metadata);

/// Uint32Array of 1024 counts: red, green, blue, luma.
[[nodiscard]] emscripten::val to_js(const Histogram& histogram);

/// Pixels from JavaScript: the bytes and the view of them.
struct InputPixels {
    InputBytes bytes;
    ImageView view;
};
/// From `{width_px, height_px, format, data}`. @return argument.invalid | memory.exhausted.
[[nodiscard]] Result<InputPixels> read_pixels(const emscripten::val& pixels);

/// What a call works on: a file, or pixels.
struct Input {
    InputBytes file;
    std::optional<InputPixels> pixels;
};
/// From a Uint8Array, which is a file, or as read_pixels(). @return as read_pixels().
[[nodiscard]] Result<Input> read_source(const emscripten::val& source);

/// What enhance() shall give.
enum class Output { file, pixels, rgba8 };

struct Taste {
    Preset preset = Preset::natural;
    Decimal strength{Decimal::kOne};
};

struct InputLut {
    Lut lut;
    Decimal strength{Decimal::kOne};
};

/// Members of `options` that are undefined leave the library's default.
/// Each returns argument.invalid for a member of the wrong type or an unknown name.
[[nodiscard]] Result<EncodeOptions> read_encode_options(const emscripten::val& options);
[[nodiscard]] Result<Metadata> read_metadata(const emscripten::val& options);
[[nodiscard]] Result<Output> read_output(const emscripten::val& options);
/// `preset` and `strength`.
[[nodiscard]] Result<Taste> read_taste(const emscripten::val& options);
/// `{width_px, height_px, fit, filter, enlarge}`.
[[nodiscard]] Result<Resize> read_resize(const emscripten::val& object);
/// `lut`, a .cube file in a Uint8Array, and `lutStrength`. @return also the errors of parse_cube().
[[nodiscard]] Result<std::optional<InputLut>> read_lut(const emscripten::val& options,
                                                       const Limits& limits);
/// All but the table, which the options only borrow: see read_lut().
/// The recipe is UTF-8 JSON in a Uint8Array. @return also the errors of parse_recipe().
[[nodiscard]] Result<EnhanceOptions> read_enhance_options(const emscripten::val& options);
[[nodiscard]] Result<Recipe> read_recipe(const emscripten::val& json, const Limits& limits);
/// `onProgress(stage, fraction)`; it cancels the run by returning false.
[[nodiscard]] RunOptions read_run_options(const emscripten::val& options, TaskRunner* runner);

}  // namespace limpid::wasm
