// Each kernel on one thread over the whole image at once:
// kernels/<bench_id>/<format>/{1mp,12mp,24mp}. Not measured: the making of tables and weights, and
// what the pipeline's strips add (halo rows).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench_image.hpp"
#include "kernels/denoise.hpp"
#include "kernels/kernels.hpp"
#include "kernels/lut3d.hpp"
#include "kernels/resample.hpp"

namespace limpid::bench {
namespace {

using kernels::whole;

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};
constexpr const char* kFormatNames[] = {"gray8", "rgb8", "rgba8", "gray16", "rgb16", "rgba16"};

/// Written to, so that a run of one iteration does not measure how the system hands out memory.
Image blank(PixelFormat format, int width_px, int height_px) {
    auto image = Image::create(format, width_px, height_px);
    if (!image) return {};
    const MutableImageView view = image->view();
    for (int y = 0; y < view.height_px; y++) {
        std::fill_n(view.row(y), view.row_bytes(), std::byte{1});
    }
    return std::move(*image);
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
    note_output(state, {proxy.view(), high.view(), low.view()});
    count_pixels(state, size, bytes_per_pixel(format));
}

void histogram(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    kernels::ChannelBins total;
    for (auto _ : state) {
        total = {};
        if (failed(state, kernels::add_histogram(input.view(), total))) return;
        benchmark::DoNotOptimize(total);
    }
    // Counts as 16-bit halves in a row, for a digest.
    note_output(state, {{reinterpret_cast<const std::byte*>(&total), PixelFormat::gray16,
                         sizeof total / 2, 1, sizeof total}});
    count_pixels(state, size, bytes_per_pixel(format));
}

void colour(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    Image output = blank(format, size.width_px, size.height_px);
    const std::vector<std::uint16_t> tables = tone_tables(format);
    const kernels::ColourParams params{.tables = tables, .vibrance_q15 = 12000};
    for (auto _ : state) {
        if (failed(state, kernels::colour(whole(input.view()), params, whole(output.view())))) {
            return;
        }
    }
    note_output(state, {output.view()});
    count_pixels(state, size, 2.0 * bytes_per_pixel(format));
}

/// With what the pipeline's decisions mostly ask for: local tone, skin protection, dither.
void colour_local(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    Image output = blank(format, size.width_px, size.height_px);
    const std::vector<std::uint16_t> tables = tone_tables(format);
    const int nodes = kernels::grid_nodes(size.width_px);
    constexpr int kRows = 171;
    const std::vector<std::int16_t> values(static_cast<std::size_t>(nodes) * kRows * 4, 7000);
    const int step = (kRows << 16) / size.height_px;
    const kernels::LocalGrid grid = {values, nodes, kRows, step, step / 2 - 32768};
    kernels::ColourParams params{.tables = tables, .vibrance_q15 = 12000};
    params.skin_protection_q15 = 16384;
    params.grid = &grid;
    params.local_tone = kernels::LocalToneParams{6000, 6000, 8000};
    params.dither = true;
    for (auto _ : state) {
        if (failed(state, kernels::colour(whole(input.view()), params, whole(output.view())))) {
            return;
        }
    }
    note_output(state, {output.view()});
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
    note_output(state, {output.view()});
    count_pixels(state, size, 2.0 * bytes_per_pixel(format));
}

/// A 33-point table that warms and fades, as film looks do.
void lut3d(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    constexpr int kPoints = 33;
    const Image input = make_photo(format, size);
    Image output = blank(format, size.width_px, size.height_px);
    std::vector<std::int16_t> lattice;
    for (int i = 0; i < kPoints * kPoints * kPoints; i++) {
        const int red = i % kPoints, blue = i / (kPoints * kPoints);
        lattice.push_back(static_cast<std::int16_t>(40 * (kPoints - red)));
        lattice.push_back(static_cast<std::int16_t>(10 * red));
        lattice.push_back(static_cast<std::int16_t>(-50 * blue));
    }
    for (auto _ : state) {
        if (failed(state,
                   kernels::lut3d(whole(input.view()), {lattice, kPoints}, whole(output.view())))) {
            return;
        }
    }
    note_output(state, {output.view()});
    count_pixels(state, size, 2.0 * bytes_per_pixel(format));
}

/// To `numerator` / `denominator` of both sides with Lanczos3; speeds are per input pixel.
template <int numerator, int denominator>
void resample(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    const Image input = make_photo(format, size);
    const auto axis = [&](int length) {
        return kernels::resample_axis(length, length * numerator / denominator,
                                      {0.0, static_cast<double>(length)}, ResizeFilter::lanczos3);
    };
    const auto x = axis(size.width_px), y = axis(size.height_px);
    if (!x || !y) return state.SkipWithError("no weights");
    Image output = blank(format, x->output_length, y->output_length);
    for (auto _ : state) {
        if (failed(state, kernels::resample(whole(input.view()), *x, *y, whole(output.view())))) {
            return;
        }
    }
    note_output(state, {output.view()});
    constexpr double kArea =
        static_cast<double>(numerator * numerator) / (denominator * denominator);
    count_pixels(state, size, (1.0 + kArea) * bytes_per_pixel(format));
}

void measure_denoise(benchmark::State& state, PixelFormat format, const BenchSize& size,
                     const kernels::DenoiseLevels& levels) {
    const Image input = make_photo(format, size);
    Image output = blank(format, size.width_px, size.height_px);
    const auto params = kernels::make_denoise_params(levels, format);
    if (!params) return state.SkipWithError(params.error().message().c_str());
    for (auto _ : state) {
        if (failed(state, kernels::denoise(whole(input.view()), *params, whole(output.view())))) {
            return;
        }
    }
    note_output(state, {output.view()});
    count_pixels(state, size, 2.0 * bytes_per_pixel(format));
}

void denoise(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    measure_denoise(state, format, size, {.luma_sigma = 0.03, .chroma_sigma = 0.05});
}

void denoise_luma(benchmark::State& state, PixelFormat format, const BenchSize& size) {
    measure_denoise(state, format, size, {.luma_sigma = 0.03});
}

using Measure = void (*)(benchmark::State&, PixelFormat, const BenchSize&);
struct Row {
    const char* bench_id;
    Measure measure;
    bool only_16_bit_opaque;
    bool only_colour = false;
};
// A bench_id for every row of core/src/kernels/kernels.def, which tests/kernels checks, and
// variants.
constexpr Row kRows[] = {
    {"box_downscale", box_downscale, false},
    {"histogram", histogram, true},
    {"colour", colour, false},
    {"colour_local", colour_local, false},
    {"unsharp", unsharp, false},
    {"lut3d", lut3d, false, true},
    {"resample", resample<1, 2>, false},
    {"resample_x2", resample<2, 1>, false},
    {"denoise", denoise, false},
    {"denoise_luma", denoise_luma, false},
};

[[maybe_unused]] const bool kKernelsRegistered = [] {
    for (const Row& row : kRows) {
        for (const PixelFormat format : kFormats) {
            if (row.only_16_bit_opaque && (bytes_per_sample(format) == 1 || has_alpha(format))) {
                continue;
            }
            if (row.only_colour && channels(format) == 1) continue;
            for (const BenchSize& size : {k1mp, k12mp, k24mp}) {
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
