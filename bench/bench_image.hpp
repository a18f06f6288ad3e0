#pragma once

#include <benchmark/benchmark.h>

#include <initializer_list>
#include <string>

#include "limpid/image.hpp"

namespace limpid::bench {

/// A size to measure.
struct BenchSize {
    const char* name;
    int width_px;
    int height_px;
    [[nodiscard]] double megapixels() const { return width_px * 1e-6 * height_px; }
};
// k1mp, k4mp, ...
#define LIMPID_BENCH_SIZE(name, width_px, height_px) \
    inline constexpr BenchSize k##name = {#name, width_px, height_px};
#define LIMPID_BENCH_INPUT(name, kind, size, source)
#include "inputs.def"
#undef LIMPID_BENCH_INPUT
#undef LIMPID_BENCH_SIZE

/// Something like a photograph, the same on every target: soft shapes, texture, noise, a few
/// clipped highlights and shadows. Ends the program when there is no memory for it.
Image make_photo(PixelFormat format, const BenchSize& size);

/// Rows of kernels are to say what they made: see note_output().
inline bool print_digests = false;

/// The benchmark's label becomes a digest of `outputs`, when print_digests is set: two builds that
/// print the same made the same bytes.
void note_output(benchmark::State& state, std::initializer_list<ImageView> outputs);

/// MP/s (of `size`) and bytes per pixel read and written.
void count_pixels(benchmark::State& state, const BenchSize& size, double bytes_per_pixel);

}  // namespace limpid::bench
