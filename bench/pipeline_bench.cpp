// The whole run from encoded bytes to encoded bytes: pipeline/enhance/{12mp,24mp}. JPEG quality 90
// in and out, one thread. pipeline/enhance/photo does the same with a camera photo of the Debian
// package budgie-backgrounds, where that is installed.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "bench_image.hpp"
#include "limpid/codec.hpp"
#include "limpid/pipeline.hpp"

namespace limpid::bench {
namespace {

constexpr const char* kPhotoPath = "/usr/share/backgrounds/budgie/canyon-wren.jpg";

void enhance_file(benchmark::State& state, std::span<const std::byte> encoded) {
    std::uint64_t pixels = 0;
    for (auto _ : state) {
        const auto enhanced = enhance(encoded);
        if (!enhanced) return state.SkipWithError(enhanced.error().message().c_str());
        const ImageInfo& info = enhanced->report.input;
        pixels = std::uint64_t{static_cast<std::uint32_t>(info.width_px)} *
                 static_cast<std::uint32_t>(info.height_px);
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
    }
    if (std::ifstream(kPhotoPath)) add("pipeline/enhance/photo", enhance_photo);
    return true;
}();

}  // namespace
}  // namespace limpid::bench
