// The yardstick: a copy of the same RGB8 image. Ratios to it travel between machines better than
// milliseconds do.

#include <benchmark/benchmark.h>

#include <cstring>
#include <string>

#include "bench_image.hpp"

namespace limpid::bench {
namespace {

void copy(benchmark::State& state, const BenchSize& size) {
    const Image source = make_photo(PixelFormat::rgb8, size);
    Image target = make_photo(PixelFormat::rgb8, size);
    for (auto _ : state) {
        std::memcpy(target.view().data, source.view().data, source.bytes().size());
        benchmark::ClobberMemory();
    }
    count_pixels(state, size, 2.0 * bytes_per_pixel(PixelFormat::rgb8));
}

[[maybe_unused]] const bool kMemcpyRegistered = [] {
    for (const BenchSize& size : {k1mp, k4mp, k12mp, k24mp, k50mp}) {
        benchmark::RegisterBenchmark((std::string("memcpy/") + size.name).c_str(),
                                     [size](benchmark::State& state) { copy(state, size); })
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime();
    }
    return true;
}();

}  // namespace
}  // namespace limpid::bench
