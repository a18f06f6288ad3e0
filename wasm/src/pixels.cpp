#include <utility>

#include <emscripten/val.h>

#include "bindings.hpp"
#include "guarded.hpp"
#include "limpid/limpid.hpp"
#include "marshal.hpp"
#include "runner.hpp"

namespace limpid::wasm {

using emscripten::val;

val resize_pixels(const val& pixels, const val& resize_object, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto wanted = read_resize(resize_object);
        if (!wanted) return std::unexpected(wanted.error());
        const auto input = read_pixels(pixels);
        if (!input) return std::unexpected(input.error());
        const auto resized =
            resize(input->view, *wanted, read_run_options(options, runner().get()), *limits);
        if (!resized) return std::unexpected(resized.error());
        val result = val::object();
        result.set("pixels", to_js(resized->view()));
        return result;
    });
}

val convert_to_rgba8(const val& pixels) {
    return guarded([&]() -> Result<val> {
        const auto input = read_pixels(pixels);
        if (!input) return std::unexpected(input.error());
        const auto converted = to_rgba8(input->view);
        if (!converted) return std::unexpected(converted.error());
        val result = val::object();
        result.set("pixels", to_js(converted->view()));
        return result;
    });
}

}  // namespace limpid::wasm
