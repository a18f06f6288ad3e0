#include "marshal.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace limpid::wasm {

using emscripten::typed_memory_view;
using emscripten::val;

namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;

template <class Enum>
using Name = std::pair<std::string_view, Enum>;

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
constexpr std::array kChromaSubsamplings = {
    Name<ChromaSubsampling>{"4:2:0", ChromaSubsampling::s420},
    Name<ChromaSubsampling>{"4:2:2", ChromaSubsampling::s422},
    Name<ChromaSubsampling>{"4:4:4", ChromaSubsampling::s444},
};

std::unexpected<Error> expected(std::string_view what, std::string_view name) {
    return fail(ErrorCode::argument_invalid, "Expected " + std::string(what) + " for " +
                                                 std::string(name) +
                                                 " but received something else");
}

Status read_double(const val& options, const char* name, double& out) {
    const val member = options[name];
    if (member.isUndefined()) return {};
    if (!member.isNumber()) return expected("a number", name);
    out = member.as<double>();
    if (!std::isfinite(out)) return expected("a finite number", name);
    return {};
}

Status read_int(const val& options, const char* name, int min, int max, int& out) {
    double value = out;
    if (auto read = read_double(options, name, value); !read) return read;
    if (value != std::floor(value) || value < min || value > max) {
        return expected("an integer from " + std::to_string(min) + " to " + std::to_string(max),
                        name);
    }
    out = static_cast<int>(value);
    return {};
}

Status read_bool(const val& options, const char* name, bool& out) {
    const val member = options[name];
    if (member.isUndefined()) return {};
    if (!member.isTrue() && !member.isFalse()) return expected("true or false", name);
    out = member.isTrue();
    return {};
}

template <class Names, class Enum>
Status read_enum(const val& options, const char* name, const Names& names, Enum& out) {
    const val member = options[name];
    if (member.isUndefined()) return {};
    if (!member.isString()) return expected("a string", name);
    const auto text = member.as<std::string>();
    std::string known;
    for (const auto& [spelling, value] : names) {
        if (spelling == text) {
            out = value;
            return {};
        }
        known += (known.empty() ? "" : ", ") + std::string(spelling);
    }
    return expected("one of " + known, name);
}

Status read_block(const val& blocks, const char* name, ByteBuffer& out) {
    const val member = blocks[name];
    if (member.isUndefined()) return {};
    const auto bytes = InputBytes::copy_of(member);
    if (!bytes) return std::unexpected(bytes.error());
    if (!out.append(bytes->span())) return fail(ErrorCode::memory_exhausted);
    return {};
}

}  // namespace

Result<InputBytes> InputBytes::copy_of(const val& bytes) {
    if (!bytes.instanceof(val::global("Uint8Array"))) return expected("a Uint8Array", "bytes");
    const auto size = bytes["length"].as<double>();
    InputBytes copy;
    if (size == 0) return copy;
    if (size > static_cast<double>(SIZE_MAX)) return fail(ErrorCode::memory_exhausted);
    copy.size_ = static_cast<std::size_t>(size);
    copy.data_.reset(static_cast<std::byte*>(std::malloc(copy.size_)));
    if (copy.data_ == nullptr) {
        return fail(ErrorCode::memory_exhausted, std::to_string(copy.size_) + " bytes of input");
    }
    auto* const first = reinterpret_cast<std::uint8_t*>(copy.data_.get());
    val(typed_memory_view(copy.size_, first)).call<void>("set", bytes);
    return copy;
}

val to_uint8_array(std::span<const std::byte> bytes) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    return val::global("Uint8Array").new_(typed_memory_view(bytes.size(), first));
}

val to_js(const Error& error) {
    val object = val::object();
    object.set("code", std::string(error.code()));
    object.set("found", error.found());
    object.set("message", error.message());
    return object;
}

val to_js(const ImageView& pixels) {
    val object = val::object();
    object.set("width_px", pixels.width_px);
    object.set("height_px", pixels.height_px);
    object.set("format", std::string(kPixelFormats[static_cast<std::size_t>(pixels.format)].first));
    object.set("data", to_uint8_array({pixels.data, pixels.row_bytes() * static_cast<std::size_t>(
                                                                             pixels.height_px)}));
    return object;
}

val to_js(const Metadata& metadata) {
    val object = val::object();
    object.set("icc", to_uint8_array(metadata.icc.span()));
    object.set("exif", to_uint8_array(metadata.exif.span()));
    object.set("xmp", to_uint8_array(metadata.xmp.span()));
    return object;
}

Result<InputPixels> read_pixels(const val& pixels) {
    constexpr int kMaxSidePx = 65535;
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

Result<Limits> read_limits(const val& options) {
    Limits limits;
    const val given = options["limits"];
    if (given.isUndefined()) return limits;
    const val names = val::global("Object").call<val>("keys", given);
    const auto count = names["length"].as<unsigned>();
    for (unsigned i = 0; i < count; ++i) {
        const auto name = names[i].as<std::string>();
        double value = -1;
        if (auto read = read_double(given, name.c_str(), value); !read) {
            return std::unexpected(read.error());
        }
        if (value != std::floor(value) || value < 0 || value > kMaxSafeInteger) {
            return expected("an integer from 0", name);
        }
        if (auto set = set_limit(limits, name, static_cast<std::uint64_t>(value)); !set) {
            return std::unexpected(set.error());
        }
    }
    return limits;
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
    return parse_recipe({reinterpret_cast<const char*>(text->span().data()), text->span().size()},
                        limits);
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

    if (auto read = read_enum(options, "preset", kPresets, enhance.preset); !read) {
        return std::unexpected(read.error());
    }
    double strength = 1;
    if (auto read = read_double(options, "strength", strength); !read) {
        return std::unexpected(read.error());
    }
    if (strength < 0 || strength > 1) return expected("a number from 0 to 1", "strength");
    enhance.strength = Decimal::from_double(strength);

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
