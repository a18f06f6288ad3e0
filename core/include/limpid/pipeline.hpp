#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "limpid/analysis.hpp"
#include "limpid/byte_buffer.hpp"
#include "limpid/codec.hpp"
#include "limpid/decimal.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/inspect.hpp"
#include "limpid/limits.hpp"
#include "limpid/lut.hpp"
#include "limpid/preset.hpp"
#include "limpid/recipe.hpp"
#include "limpid/resize.hpp"
#include "limpid/run.hpp"
#include "limpid/security/verified.hpp"

namespace limpid {

/// How to enhance one image.
struct EnhanceOptions {
    /// Apply this recipe; absent, one is decided from the image.
    std::optional<Recipe> recipe;
    /// Taste, for a recipe that is decided; a given recipe is complete and takes none.
    Preset preset = Preset::natural;
    /// 0..1, multiplies the strength of every correction. 0 changes no pixel.
    Decimal strength{Decimal::kOne};
    /// A colour look-up table, applied after the colour corrections; borrowed for the call.
    const Lut* lut = nullptr;
    /// 0..1, between the corrected colours and the table's; see apply_lut().
    Decimal lut_strength{Decimal::kOne};
    /// Size of the output; absent, the input's. Comes after the colours and before the sharpening,
    /// whose radius is in output pixels.
    std::optional<Resize> resize;
    /// Output format; absent, the input's.
    std::optional<FileFormat> format;
    /// Everything else about the output file; its `format` member is ignored.
    EncodeOptions encode;
    Limits limits;
};

/// What happened, beside the pixels.
struct Report {
    /// Of the file; absent when pixels were given.
    std::optional<ImageInfo> input;
    /// Absent when the recipe was given.
    std::optional<Analysis> analysis;
    /// The recipe as applied, strengths included.
    Recipe recipe;
    /// Of the file; absent when pixels were asked for.
    std::optional<FileFormat> output_format;
    int output_width_px = 0;
    int output_height_px = 0;
    std::uint64_t output_bytes = 0;
    /// Every output pixel equals its input pixel (before lossy encoding).
    bool pixels_unchanged = false;
    /// The most pixel memory this run held at a time: decoded, rendered and strip buffers.
    /// Encoded input and output and the codec's own rows come on top.
    std::uint64_t peak_pixel_bytes = 0;
};

/// An enhanced file.
struct Enhanced {
    ByteBuffer bytes;
    Report report;
};

/// Enhanced pixels, with what a file of them would carry beside them.
struct EnhancedPixels {
    Image pixels;
    /// Of the input, unfiltered; empty when pixels were given. For encode(), which applies a
    /// policy to it.
    Metadata metadata;
    Report report;
};

/// An image's numbers and the recipe they lead to.
struct Analysed {
    /// Of the file; absent when pixels were given.
    std::optional<ImageInfo> info;
    Analysis analysis;
    Recipe recipe;
};

/// Enhance one encoded image: inspect, decode, analyse, decide, render, encode.
///
/// The same bytes and options give the same output bytes on every target, for every number of
/// threads. Memory: `encoded` is borrowed and not copied; decoded and rendered pixels are held
/// together while rendering (Report::peak_pixel_bytes; bounded by limits.max_memory_bytes). When
/// the recipe changes nothing there is no second image.
///
/// @return the errors of decode(), validate(Recipe), resized_size(), apply_lut() and encode().
/// Thread-safe. Never throws.
[[nodiscard]] LIMPID_API Result<Enhanced> enhance(std::span<const std::byte> encoded,
                                                  const EnhanceOptions& options = {},
                                                  const RunOptions& run = {});

/// Enhance pixels and write them as a file, which carries no metadata.
/// @param pixels   any format, at least 1 x 1; borrowed for the call.
/// @param options  `format` must be set: there is no input file whose format could be kept.
/// @return argument.invalid, or as enhance() of a file. Thread-safe. Never throws.
[[nodiscard]] LIMPID_API Result<Enhanced> enhance(const ImageView& pixels,
                                                  const EnhanceOptions& options,
                                                  const RunOptions& run = {});

/// The same, up to the pixels: what enhance() would encode, bit for bit. `format` and `encode` of
/// `options` are not looked at.
/// @return as enhance(), but for the errors of encode(). Thread-safe. Never throws.
[[nodiscard]] LIMPID_API Result<EnhancedPixels> enhance_to_pixels(
    std::span<const std::byte> encoded, const EnhanceOptions& options = {},
    const RunOptions& run = {});
[[nodiscard]] LIMPID_API Result<EnhancedPixels> enhance_to_pixels(
    const ImageView& pixels, const EnhanceOptions& options = {}, const RunOptions& run = {});

/// Enhance with a recipe whose signature was verified, and with no other: for services that apply
/// only what their owner signed.
///
/// @param recipe   from verify_recipe() (signed_recipe.hpp).
/// @param options  for the output file and its size; `recipe` and `lut` must be absent,
/// `strength` 1.
/// @return argument.invalid, or as enhance(). Thread-safe.
[[nodiscard]] LIMPID_API Result<Enhanced> enhance_verified(std::span<const std::byte> encoded,
                                                           const security::Verified<Recipe>& recipe,
                                                           const EnhanceOptions& options = {},
                                                           const RunOptions& run = {});

/// Decode and analyse one encoded image and decide its recipe; changes nothing.
/// @return the errors of decode(). Thread-safe.
[[nodiscard]] LIMPID_API Result<Analysed> analyse(std::span<const std::byte> encoded,
                                                  const Limits& limits = {},
                                                  const RunOptions& run = {});

/// Analyse pixels and decide their recipe; changes nothing.
/// @param pixels  any format, at least 1 x 1; borrowed for the call.
/// @return the errors of analyse_pixels(). Thread-safe.
[[nodiscard]] LIMPID_API Result<Analysed> analyse(const ImageView& pixels,
                                                  const RunOptions& run = {});

/// Apply a recipe to pixels. Alpha is kept as it is.
/// @param pixels  at least 1 x 1; borrowed for the call.
/// @return an image of the same size and format; argument.invalid | recipe.out_of_range |
///         memory.exhausted | run.cancelled. Thread-safe.
[[nodiscard]] LIMPID_API Result<Image> render(const ImageView& pixels, const Recipe& recipe,
                                              const RunOptions& run = {});

/// JSON objects for machines: what the CLI prints with --json and the npm package returns.
[[nodiscard]] LIMPID_API std::string to_json(const ImageInfo& info);
[[nodiscard]] LIMPID_API std::string to_json(const Analysed& analysed);
[[nodiscard]] LIMPID_API std::string to_json(const Report& report);

}  // namespace limpid
