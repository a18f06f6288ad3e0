#include <utility>

#include <emscripten/val.h>

#include "bindings.hpp"
#include "guarded.hpp"
#include "limpid/limpid.hpp"
#include "marshal.hpp"
#include "runner.hpp"

namespace limpid::wasm {

using emscripten::val;

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

}  // namespace limpid::wasm
