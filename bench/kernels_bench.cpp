// Each kernel on one thread over the whole image at once: kernels/<bench_id>/<format>/{12mp,24mp}.
// Not measured: the making of tables and weights, and what the pipeline's strips add (halo rows).

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench_image.hpp"
#include "kernels/kernels.hpp"

namespace limpid::bench {
namespace {

using kernels::whole;

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};
constexpr const char* kFormatNames[] = {"gray8", "rgb8", "rgba8", "gray16", "rgb16", "rgba16"};

Image blank(PixelFormat format, int width_px, int height_px) {
    auto image = Image::create(format, width_px, height_px);
    return image ? std::move(*image) : Image();
}

bool failed(benchmark::State& state, const Status& status) {
    if (!status) state.SkipWithError(status.error().message().c_str());
    return !status;
}

/// A gentle S-curve per channel, as the pipeline's tables are: no two alike, every value used.
std::vector<std::uint16_t> tone_tables(PixelFormat format) {
    const int entries = bytes_per_sample(format) == 2 ? 65536 : 256;
    const int full =
        bytes_per_sample(format) == 2 ? kernels::kColourScale16 : kernels::kColourScale8;
    std::vector<std::uint16_t> tables;
    for (int c = 0; c < (channels(format) == 1 ? 1 : 3); c++) {
        for (int i = 0; i < entries; i++) {
            const double t = static_cast<double>(i) / (entries - 1);
            const double curve = t * t * (3 - 2 * t) * 0.4 + t * (0.6 - 0.02 * c);
            tables.push_back(static_cast<std::uint16_t>(curve * full));
        }
    }
    return tables;
}

void box_downscale(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    const int factor = (size.width_px + 255) / 256;  // as the pipeline's analysis does
    const int width = kernels::box_count(size.width_px, factor);
    const int height = kernels::box_count(size.height_px, factor);
    Image proxy =
        blank(channels(format) == 1 ? PixelFormat::gray16 : PixelFormat::rgb16, width, height);
    Image high = blank(PixelFormat::gray16, width, height);
    Image low = blank(PixelFormat::gray16, width, height);
    for (auto _ : state) {
        if (failed(state, kernels::box_downscale(
                              whole(input.view()), factor,
                              {whole(proxy.view()), whole(high.view()), whole(low.view())}))) {
            return;
        }
    }
    count_pixels(state, size, bytes_per_pixel(format));
}

void histogram(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    for (auto _ : state) {
        kernels::Histogram total;
        if (failed(state, kernels::add_histogram(input.view(), total))) return;
        benchmark::DoNotOptimize(total);
    }
    count_pixels(state, size, bytes_per_pixel(format));
}

void colour(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    Image output = blank(format, size.width_px, size.height_px);
    const std::vector<std::uint16_t> tables = tone_tables(format);
    const kernels::ColourParams params = {tables, 12000};
    for (auto _ : state) {
        if (failed(state, kernels::colour(whole(input.view()), params, whole(output.view())))) {
            return;
        }
    }
    count_pixels(state, size, 2.0 * bytes_per_pixel(format));
}

void unsharp(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    Image output = blank(format, size.width_px, size.height_px);
    const kernels::UnsharpParams params = {*kernels::gaussian_weights(1.2), 256, 1024, 4096};
    for (auto _ : state) {
        if (failed(state, kernels::unsharp(whole(input.view()), params, whole(output.view())))) {
            return;
        }
    }
    count_pixels(state, size, 2.0 * bytes_per_pixel(format));
}

using Measure = void (*)(benchmark::State&, PixelFormat, const BenchSize&);
struct Row {
    const char* bench_id;
    Measure measure;
    bool only_16_bit_opaque;
};
// A bench_id for every row of core/src/kernels/kernels.def; tests/kernels checks it.
constexpr Row kRows[] = {
    {"box_downscale", box_downscale, false},
    {"histogram", histogram, true},
    {"colour", colour, false},
    {"unsharp", unsharp, false},
};

[[maybe_unused]] const bool kRegistered = [] {
    for (const Row& row : kRows) {
        for (const PixelFormat format : kFormats) {
            if (row.only_16_bit_opaque && (bytes_per_sample(format) == 1 || has_alpha(format))) {
                continue;
            }
            for (const BenchSize& size : {k12mp, k24mp}) {
                const std::string name = std::string("kernels/") + row.bench_id + "/" +
                                         kFormatNames[static_cast<int>(format)] + "/" + size.name;
                benchmark::RegisterBenchmark(name.c_str(),
                                             [row, format, size](benchmark::State& state) {
                                                 row.measure(state, format, size);
                                             })
                    ->Unit(benchmark::kMillisecond)
                    ->UseRealTime();
            }
        }
    }
    return true;
}();

}  // namespace
}  // namespace limpid::bench
