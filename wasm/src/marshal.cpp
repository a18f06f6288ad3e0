#include "marshal.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace limpid::wasm {

using emscripten::val;

namespace {

constexpr int kMaxSidePx = 65535;

constexpr std::array kFileFormats = {
    Name<FileFormat>{"jpeg", FileFormat::jpeg},
    Name<FileFormat>{"png", FileFormat::png},
    Name<FileFormat>{"webp", FileFormat::webp},
};
constexpr std::array kPixelFormats = {
    Name<PixelFormat>{"gray8", PixelFormat::gray8},
    Name<PixelFormat>{"rgb8", PixelFormat::rgb8},
    Name<PixelFormat>{"rgba8", PixelFormat::rgba8},
    Name<PixelFormat>{"gray16", PixelFormat::gray16},
    Name<PixelFormat>{"rgb16", PixelFormat::rgb16},
    Name<PixelFormat>{"rgba16", PixelFormat::rgba16},
};
constexpr std::array kMetadataPolicies = {
    Name<MetadataPolicy>{"keep", MetadataPolicy::keep},
    Name<MetadataPolicy>{"minimal", MetadataPolicy::minimal},
    Name<MetadataPolicy>{"strip", MetadataPolicy::strip},
};
constexpr std::array kPresets = {
#define LIMPID_PRESET(name, doc) Name<Preset>{#name, Preset::name},
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
};
constexpr std::array kFits = {
    Name<Fit>{"inside", Fit::inside},
    Name<Fit>{"cover", Fit::cover},
    Name<Fit>{"exact", Fit::exact},
};
constexpr std::array kResizeFilters = {
    Name<ResizeFilter>{"lanczos3", ResizeFilter::lanczos3},
    Name<ResizeFilter>{"magic_kernel_sharp_2021", ResizeFilter::magic_kernel_sharp_2021},
};
constexpr std::array kOutputs = {
    Name<Output>{"file", Output::file},
    Name<Output>{"pixels", Output::pixels},
    Name<Output>{"rgba8", Output::rgba8},
};
constexpr std::array kChromaSubsamplings = {
    Name<ChromaSubsampling>{"4:2:0", ChromaSubsampling::s420},
    Name<ChromaSubsampling>{"4:2:2", ChromaSubsampling::s422},
    Name<ChromaSubsampling>{"4:4:4", ChromaSubsampling::s444},
};

Status read_int(const val& options, const char* name, int min, int max, int& out) {
    std::int64_t value = out;
    if (auto read = read_integer(options, name, min, max, value); !read) return read;
    out = static_cast<int>(value);
    return {};
}

/// A member from 0 to 1.
Status read_strength(const val& options, const char* name, Decimal& out) {
    double strength = out.to_double();
    if (auto read = read_double(options, name, strength); !read) return read;
    // Written so that NaN is refused.
    if (!(strength >= 0 && strength <= 1)) return expected("a number from 0 to 1", name);
    out = Decimal::from_double(strength);
    return {};
}

Status read_block(const val& blocks, const char* name, ByteBuffer& out) {
    const val member = blocks[name];
    if (member.isUndefined()) return {};
    const auto bytes = InputBytes::copy_of(member);
    if (!bytes) return std::unexpected(bytes.error());
    if (!out.append(bytes->span())) return fail(ErrorCode::memory_exhausted);
    return {};
}

/// Of an image without padding, as all are that the library makes.
std::span<const std::byte> bytes_of(const ImageView& pixels) {
    return {pixels.data, pixels.row_bytes() * static_cast<std::size_t>(pixels.height_px)};
}

val pixels_object(const ImageView& pixels, const val& data) {
    val object = val::object();
    object.set("width_px", pixels.width_px);
    object.set("height_px", pixels.height_px);
    object.set("format", std::string(kPixelFormats[static_cast<std::size_t>(pixels.format)].first));
    object.set("data", data);
    return object;
}

}  // namespace

val to_js(const ImageView& pixels, const val& spare) {
    return pixels_object(pixels, to_uint8_array(bytes_of(pixels), spare));
}

void RowCopier::copy(const ImageView& image, int first_row, int count) noexcept {
    const std::size_t row_bytes = image.row_bytes();
    try {
        if (data_.isUndefined()) data_ = uint8_array_of(bytes_of(image).size(), spare_);
        const auto* const first = reinterpret_cast<const std::uint8_t*>(image.row(first_row));
        data_.call<void>(
            "set",
            val(emscripten::typed_memory_view(row_bytes * static_cast<std::size_t>(count), first)),
            static_cast<double>(row_bytes * static_cast<std::size_t>(first_row)));
        rows_ = first_row + count;
    } catch (...) {
        // Through the library nothing may be thrown: take() tries again, and says why it cannot.
        data_ = val::undefined();
        rows_ = 0;
    }
}

val RowCopier::take(const ImageView& image) {
    if (rows_ != image.height_px) return to_js(image, spare_);
    return pixels_object(image, data_);
}

val to_js(const Metadata& metadata) {
    val object = val::object();
    object.set("icc", to_uint8_array(metadata.icc.span()));
    object.set("exif", to_uint8_array(metadata.exif.span()));
    object.set("xmp", to_uint8_array(metadata.xmp.span()));
    return object;
}

val to_js(const Histogram& histogram) {
    const val array = val::global("Uint32Array").new_(4 * 256);
    unsigned at = 0;
    for (const auto& counts : histogram.counts) {
        array.call<void>("set", val(emscripten::typed_memory_view(counts.size(), counts.data())),
                         at);
        at += static_cast<unsigned>(counts.size());
    }
    return array;
}

Result<Input> read_source(const val& source) {
    Input input;
    if (source.instanceof(val::global("Uint8Array"))) {
        auto file = InputBytes::copy_of(source);
        if (!file) return std::unexpected(file.error());
        input.file = std::move(*file);
        return input;
    }
    auto pixels = read_pixels(source);
    if (!pixels) return std::unexpected(pixels.error());
    input.pixels = std::move(*pixels);
    return input;
}

Result<InputPixels> read_pixels(const val& pixels) {
    int width_px = 0;
    int height_px = 0;
    PixelFormat format{};
    if (auto read = read_int(pixels, "width_px", 1, kMaxSidePx, width_px); !read) {
        return std::unexpected(read.error());
    }
    if (auto read = read_int(pixels, "height_px", 1, kMaxSidePx, height_px); !read) {
        return std::unexpected(read.error());
    }
    if (pixels["format"].isUndefined()) return expected("a pixel format", "format");
    if (auto read = read_enum(pixels, "format", kPixelFormats, format); !read) {
        return std::unexpected(read.error());
    }
    auto bytes = InputBytes::copy_of(pixels["data"]);
    if (!bytes) return std::unexpected(bytes.error());
    const auto view = make_view(bytes->span(), format, width_px, height_px);
    if (!view) return std::unexpected(view.error());
    return InputPixels{std::move(*bytes), *view};
}

Result<EncodeOptions> read_encode_options(const val& options) {
    EncodeOptions encode;
    Status read = read_enum(options, "format", kFileFormats, encode.format);
    if (read) read = read_int(options, "quality", 1, 100, encode.quality);
    if (read) read = read_enum(options, "chroma", kChromaSubsamplings, encode.chroma_subsampling);
    if (read) read = read_bool(options, "progressive", encode.progressive);
    if (read) read = read_bool(options, "lossless", encode.lossless);
    if (read) read = read_enum(options, "metadata", kMetadataPolicies, encode.metadata);
    if (!read) return std::unexpected(read.error());
    return encode;
}

Result<Metadata> read_metadata(const val& options) {
    Metadata metadata;
    const val blocks = options["blocks"];
    if (blocks.isUndefined()) return metadata;
    Status read = read_block(blocks, "icc", metadata.icc);
    if (read) read = read_block(blocks, "exif", metadata.exif);
    if (read) read = read_block(blocks, "xmp", metadata.xmp);
    if (!read) return std::unexpected(read.error());
    return metadata;
}

Result<Recipe> read_recipe(const val& json, const Limits& limits) {
    const auto text = InputBytes::copy_of(json);
    if (!text) return std::unexpected(text.error());
    return parse_recipe(text->text(), limits);
}

Result<Taste> read_taste(const val& options) {
    Taste taste;
    Status read = read_enum(options, "preset", kPresets, taste.preset);
    if (read) read = read_strength(options, "strength", taste.strength);
    if (!read) return std::unexpected(read.error());
    return taste;
}

Result<Resize> read_resize(const val& object) {
    Resize resize;
    Status read = read_int(object, "width_px", 0, kMaxSidePx, resize.width_px);
    if (read) read = read_int(object, "height_px", 0, kMaxSidePx, resize.height_px);
    if (read) read = read_enum(object, "fit", kFits, resize.fit);
    if (read) read = read_enum(object, "filter", kResizeFilters, resize.filter);
    if (read) read = read_bool(object, "enlarge", resize.enlarge);
    if (!read) return std::unexpected(read.error());
    return resize;
}

Result<std::optional<InputLut>> read_lut(const val& options, const Limits& limits) {
    const val table = options["lut"];
    if (table.isUndefined()) return std::nullopt;
    const auto text = InputBytes::copy_of(table);
    if (!text) return std::unexpected(text.error());
    auto lut = parse_cube(text->text(), limits);
    if (!lut) return std::unexpected(lut.error());
    InputLut input{.lut = std::move(*lut)};
    if (auto read = read_strength(options, "lutStrength", input.strength); !read) {
        return std::unexpected(read.error());
    }
    return input;
}

Result<Output> read_output(const val& options) {
    Output output = Output::file;
    if (auto read = read_enum(options, "output", kOutputs, output); !read) {
        return std::unexpected(read.error());
    }
    return output;
}

Result<EnhanceOptions> read_enhance_options(const val& options) {
    EnhanceOptions enhance;
    auto limits = read_limits(options);
    if (!limits) return std::unexpected(limits.error());
    enhance.limits = *limits;

    auto encode = read_encode_options(options);
    if (!encode) return std::unexpected(encode.error());
    enhance.encode = *encode;
    if (!options["format"].isUndefined()) enhance.format = encode->format;

    auto taste = read_taste(options);
    if (!taste) return std::unexpected(taste.error());
    enhance.preset = taste->preset;
    enhance.strength = taste->strength;
    if (const val resize = options["resize"]; !resize.isUndefined()) {
        auto wanted = read_resize(resize);
        if (!wanted) return std::unexpected(wanted.error());
        enhance.resize = *wanted;
    }

    if (const val recipe = options["recipe"]; !recipe.isUndefined()) {
        auto parsed = read_recipe(recipe, enhance.limits);
        if (!parsed) return std::unexpected(parsed.error());
        enhance.recipe = std::move(*parsed);
    }
    return enhance;
}

RunOptions read_run_options(const val& options, TaskRunner* runner) {
    RunOptions run;
    run.runner = runner;
    if (val callback = options["onProgress"]; !callback.isUndefined()) {
        run.on_progress = [callback = std::move(callback)](Stage stage, double fraction) {
            return !callback(std::string(to_string(stage)), fraction).isFalse();
        };
    }
    return run;
}

}  // namespace limpid::wasm
