// The whole run from encoded bytes to encoded bytes: pipeline/enhance/{12mp,24mp}. JPEG quality 90
// in and out, one thread. pipeline/enhance/photo does the same with a camera photo of the Debian
// package budgie-backgrounds, where that is installed.
//
// pipeline/chain/{1,2}_threads/{12mp,24mp} is what rivals are measured by: pixels to pixels through
// white balance, levels and tone, local contrast, vibrance and sharpening.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench_image.hpp"
#include "limpid/codec.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/recipe.hpp"
#include "limpid/run.hpp"

namespace limpid::bench {
namespace {

constexpr const char* kPhotoPath = "/usr/share/backgrounds/budgie/canyon-wren.jpg";

void enhance_file(benchmark::State& state, std::span<const std::byte> encoded) {
    std::uint64_t pixels = 0;
    for (auto _ : state) {
        const auto enhanced = enhance(encoded);
        if (!enhanced) return state.SkipWithError(enhanced.error().message().c_str());
        const Report& report = enhanced->report;  // nothing is resized here
        pixels = std::uint64_t{static_cast<std::uint32_t>(report.output_width_px)} *
                 static_cast<std::uint32_t>(report.output_height_px);
    }
    state.counters["MP/s"] = benchmark::Counter(static_cast<double>(pixels) * 1e-6,
                                                benchmark::Counter::kIsIterationInvariantRate);
}

void enhance_synthetic(benchmark::State& state, const BenchSize& size) {
    const Image photo = make_photo(PixelFormat::rgb8, size);
    EncodeOptions options;
    options.format = FileFormat::jpeg;
    const auto encoded = encode(photo.view(), Metadata{}, options);
    if (!encoded) return state.SkipWithError(encoded.error().message().c_str());
    enhance_file(state, encoded->span());
}

/// Every correction changes something. What rivals' chains do not have (noise, haze) is left out.
constexpr std::string_view kChain = R"({
  "version": 1,
  "white_balance": {"red_gain": 0.93, "green_gain": 1.01, "blue_gain": 1.09},
  "exposure": {"exposure_ev": 0.3},
  "tone": {"black_point": 0.03, "white_point": 0.95, "contrast": 0.2},
  "local_contrast": {"amount": 0.3},
  "vibrance": {"vibrance": 0.3, "skin_protection": 0.5},
  "sharpen": {"amount": 0.6, "radius_px": 1, "threshold": 0.01, "overshoot": 0.03}
})";

void render_chain(benchmark::State& state, const BenchSize& size, int threads) {
    const Image photo = make_photo(PixelFormat::rgb8, size);
    const auto recipe = parse_recipe(kChain);
    if (!recipe) return state.SkipWithError(recipe.error().message().c_str());
    const auto pool = make_thread_pool(threads);
    if (!pool) return state.SkipWithError(pool.error().message().c_str());
    RunOptions run;
    run.runner = pool->get();
    for (auto _ : state) {
        const auto rendered = render(photo.view(), *recipe, run);
        if (!rendered) return state.SkipWithError(rendered.error().message().c_str());
        benchmark::DoNotOptimize(rendered->view().data);
    }
    count_pixels(state, size, 6);
}

void enhance_photo(benchmark::State& state) {
    std::ifstream file(kPhotoPath, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    enhance_file(state, std::as_bytes(std::span(bytes)));
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& measure) {
    benchmark::RegisterBenchmark(name.c_str(), measure)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
}

[[maybe_unused]] const bool kPipelineRegistered = [] {
    for (const BenchSize& size : {k12mp, k24mp}) {
        add(std::string("pipeline/enhance/") + size.name,
            [size](benchmark::State& state) { enhance_synthetic(state, size); });
        for (const int threads : {1, 2}) {
            if (!make_thread_pool(threads)) continue;  // WebAssembly without threads
            add("pipeline/chain/" + std::to_string(threads) + "_threads/" + size.name,
                [size, threads](benchmark::State& state) { render_chain(state, size, threads); });
        }
    }
    if (std::ifstream(kPhotoPath)) add("pipeline/enhance/photo", enhance_photo);
    return true;
}();

}  // namespace
}  // namespace limpid::bench
