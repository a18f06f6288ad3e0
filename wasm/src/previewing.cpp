#include <utility>

#include <emscripten/val.h>

#include "bindings.hpp"
#include "guarded.hpp"
#include "limpid/limpid.hpp"
#include "marshal.hpp"
#include "previews.hpp"
#include "runner.hpp"

namespace limpid::wasm {

using emscripten::val;

namespace {

/// A picture as a screen shows it: `{pixels, histogram}` are put into `result`.
Status set_picture(val& result, const char* name, const ImageView& pixels) {
    const auto picture = to_rgba8(pixels);
    if (!picture) return std::unexpected(picture.error());
    result.set(name, to_js(picture->view()));
    result.set("histogram", to_js(histogram(picture->view())));
    return {};
}

}  // namespace

val open_preview(const val& source, int max_side_px, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        auto session = [&]() -> Result<PreviewSession> {
            const auto input = read_source(source);
            if (!input) return std::unexpected(input.error());
            const RunOptions run = read_run_options(options, runner().get());
            return input->pixels
                       ? PreviewSession::create(input->pixels->view, max_side_px, run)
                       : PreviewSession::create(input->file.span(), max_side_px, *limits, run);
        }();
        if (!session) return std::unexpected(session.error());
        val result = val::object();
        result.set("opened", to_json(*session));
        Status set = set_picture(result, "original", session->original());
        if (!set) return std::unexpected(set.error());
        result.set("preview", open_previews().add(std::move(*session)));
        return result;
    });
}

val preview_recipe(int preview, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto session = open_previews().find(preview);
        if (!session) return std::unexpected(session.error());
        const auto taste = read_taste(options);
        if (!taste) return std::unexpected(taste.error());
        const auto recipe = (*session)->recipe(taste->preset, taste->strength);
        if (!recipe) return std::unexpected(recipe.error());
        val result = val::object();
        result.set("recipe", to_json(*recipe));
        return result;
    });
}

val render_preview(int preview, const val& recipe_json, const val& options) {
    return guarded([&]() -> Result<val> {
        const auto session = open_previews().find(preview);
        if (!session) return std::unexpected(session.error());
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto recipe = read_recipe(recipe_json, *limits);
        if (!recipe) return std::unexpected(recipe.error());
        const auto rendered =
            (*session)->render(*recipe, read_run_options(options, runner().get()));
        if (!rendered) return std::unexpected(rendered.error());
        val result = val::object();
        Status set = set_picture(result, "pixels", rendered->view());
        if (!set) return std::unexpected(set.error());
        return result;
    });
}

void close_preview(int preview) { open_previews().remove(preview); }

}  // namespace limpid::wasm
