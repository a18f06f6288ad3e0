// The whole run from encoded bytes to encoded bytes: pipeline/enhance/<size or input of
// inputs.def>, JPEG quality 90 in and out, one thread, and pipeline/enhance/2_threads/<size>.
//
// pipeline/chain/{1,2}_threads/<size> is what rivals are measured by: pixels to pixels through
// white balance, levels and tone, local contrast, vibrance and sharpening.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "bench_image.hpp"
#include "bench_input.hpp"
#include "limpid/codec.hpp"
#include "limpid/limits.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/recipe.hpp"
#include "limpid/run.hpp"
#include "peak_memory.hpp"

namespace limpid::bench {
namespace {

/// What the largest size needs, and no more.
Limits raised_limits() {
    Limits limits;
    limits.max_pixels = std::uint64_t{16000} * 12500;
    limits.max_file_bytes = std::uint64_t{1} << 30;
    limits.max_memory_bytes = std::uint64_t{4} << 30;
    return limits;
}

/// Measures `run` and the most memory it needs beside what there is before.
template <class Run>
void measure(benchmark::State& state, const BenchSize& size, const Run& run) {
    reset_peak_memory();
    for (auto _ : state) {
        const auto result = run();
        if (!result) return state.SkipWithError(result.error().message().c_str());
        benchmark::DoNotOptimize(&*result);
    }
    state.counters["peak_MB"] = peak_memory_mb();
    count_pixels(state, size, 2.0 * bytes_per_pixel(PixelFormat::rgb8));
}

void enhance_file(benchmark::State& state, const BenchSize& size, int threads,
                  const Result<ByteBuffer>& encoded) {
    if (!encoded) return state.SkipWithError(encoded.error().message().c_str());
    const auto pool = make_thread_pool(threads);
    if (!pool) return state.SkipWithError(pool.error().message().c_str());
    RunOptions run;
    run.runner = pool->get();
    EnhanceOptions options;
    options.limits = raised_limits();
    measure(state, size, [&] { return enhance(encoded->span(), options, run); });
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
    measure(state, size, [&] { return render(photo.view(), *recipe, run); });
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& measure) {
    benchmark::RegisterBenchmark(name.c_str(), measure)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
}

void add_size(const BenchSize& size, int threads) {
    const std::string count = std::to_string(threads) + "_threads/";
    add("pipeline/enhance/" + (threads == 1 ? "" : count) + size.name,
        [size, threads](benchmark::State& state) {
            enhance_file(state, size, threads, encoded_drawing(size));
        });
    add("pipeline/chain/" + count + size.name,
        [size, threads](benchmark::State& state) { render_chain(state, size, threads); });
}

[[maybe_unused]] const bool kPipelineRegistered = [] {
    for (const int threads : {1, 2}) {
        if (!make_thread_pool(threads)) continue;  // WebAssembly without threads
        for (const BenchSize& size : {k1mp, k4mp, k12mp, k24mp, k50mp}) add_size(size, threads);
        if constexpr (sizeof(void*) == 8) add_size(k200mp, threads);  // more than wasm32 holds
    }
    for (const BenchInput& input : inputs()) {
        const std::string id = "pipeline/enhance/" + std::string(input.name);
        if (available(input)) {
            add(id, [&input](benchmark::State& state) {
                enhance_file(state, input.size, 1, encoded_input(input));
            });
        } else {
            std::fprintf(stderr, "left out: %s needs the Debian package budgie-backgrounds\n",
                         id.c_str());
        }
    }
    return true;
}();

}  // namespace
}  // namespace limpid::bench
