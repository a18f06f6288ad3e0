// limpid's C++ interface, as bench/compare measures it (peer.hpp). Recipes come from
// bench/compare/recipes.json, which the WebAssembly runs read too; LIMPID_COMPARE_RECIPES names the
// file.

#include <limpid/limpid.hpp>
#include <nlohmann/json.hpp>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "peer.hpp"

namespace {

std::span<const std::byte> bytes_of(const peer::Bytes& bytes) {
    return std::as_bytes(std::span(bytes));
}

template <typename T>
T value_of(limpid::Result<T> result) {
    if (!result) peer::fail(result.error().message());
    return std::move(*result);
}

limpid::ImageView view_of(const peer::Pixels& p) {
    return value_of(
        limpid::make_view(bytes_of(p.rgb), limpid::PixelFormat::rgb8, p.width_px, p.height_px));
}

std::span<const std::uint8_t> unsigned_bytes(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

/// What the last round made, and what every round needs.
struct State {
    limpid::Image image;
    limpid::ByteBuffer file;
    std::unique_ptr<limpid::TaskRunner> pool;
    limpid::RunOptions run;
};

peer::Operation on_pixels(State& state, std::string settings,
                          std::function<limpid::Image()> filter) {
    return {std::move(settings), [&state, filter = std::move(filter)] { state.image = filter(); },
            [&state] {
                return peer::Output{unsigned_bytes(state.image.bytes()), state.image.width_px(),
                                    state.image.height_px()};
            },
            ""};
}

peer::Operation on_file(State& state, std::string settings,
                        std::function<limpid::ByteBuffer()> make, bool from_file) {
    return {std::move(settings), [&state, make = std::move(make)] { state.file = make(); },
            [&state] { return peer::Output{unsigned_bytes(state.file.span())}; }, "", from_file};
}

void add_recipes(peer::Operations& all, State& state, const peer::Input& input) {
    const char* path = std::getenv("LIMPID_COMPARE_RECIPES");
    peer::require(path != nullptr, "LIMPID_COMPARE_RECIPES is not set");
    const auto recipes = nlohmann::json::parse(peer::read_file(path));
    for (const auto& [name, json] : recipes.items()) {
        const std::string text = json.dump();
        const limpid::Recipe recipe = value_of(limpid::parse_recipe(text));
        all[name] = on_pixels(state, "render(" + text + ")", [&input, &state, recipe] {
            return value_of(limpid::render(view_of(input.pixels), recipe, state.run));
        });
        if (name != "chain") continue;
        // Peers measure their means and percentiles too.
        all[name] = on_pixels(state, "analyse, render(" + text + ")", [&input, &state, recipe] {
            (void)value_of(limpid::analyse(view_of(input.pixels), state.run));
            return value_of(limpid::render(view_of(input.pixels), recipe, state.run));
        });
    }
    // The tier that WebAssembly's SIMD is compared with.
    peer::Operation slower = all["chain"];
    slower.settings += ", SSE4.1";
    slower.run = [whole = slower.run] {
        if (const limpid::Status limited = limpid::limit_cpu_tier(limpid::CpuTier::sse41); !limited)
            peer::fail(limited.error().message());
        whole();
    };
    all["chain:sse41"] = slower;
}

peer::Operations operations(const peer::Input& input) {
    static State state;
    state.pool = value_of(limpid::make_thread_pool(input.threads));
    state.run.runner = state.pool.get();
    const auto scaled = [&input](int numerator, int denominator) {
        const limpid::Resize to{.width_px = input.pixels.width_px * numerator / denominator};
        return value_of(limpid::resize(view_of(input.pixels), to, state.run));
    };
    peer::Operations all;
    add_recipes(all, state, input);
    all["memcpy"] = on_pixels(state, "memcpy into an image that is there", [&input] {
        const limpid::ImageView from = view_of(input.pixels);
        limpid::Image to = std::move(state.image);
        if (to.empty())
            to = value_of(limpid::Image::create(from.format, from.width_px, from.height_px));
        std::memcpy(to.view().data, from.data, input.pixels.rgb.size());
        return to;
    });
    all["up2"] = on_pixels(state, "resize, lanczos3", [scaled] { return scaled(2, 1); });
    all["down2"] = on_pixels(state, "resize, lanczos3", [scaled] { return scaled(1, 2); });
    all["auto"] = on_pixels(state, "enhance_to_pixels, its own recipe", [&input] {
        return std::move(
            value_of(limpid::enhance_to_pixels(view_of(input.pixels), {}, state.run)).pixels);
    });
    all["decode"] = on_pixels(state, "decode", [&input] {
        return std::move(value_of(limpid::decode(bytes_of(input.jpeg), {}, state.run)).pixels);
    });
    all["decode"].from_file = true;
    all["encode"] = on_file(
        state, "encode, quality 90",
        [&input] { return value_of(limpid::encode(view_of(input.pixels), {}, {}, state.run)); },
        false);
    all["jpeg"] = on_file(
        state, "enhance, its own recipe, quality 90",
        [&input] {
            return std::move(value_of(limpid::enhance(bytes_of(input.jpeg), {}, state.run)).bytes);
        },
        true);
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    return peer::main_of(argc, argv, {"limpid", LIMPID_VERSION_STRING, operations});
}
