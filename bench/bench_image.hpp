#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>

#include "limpid/image.hpp"

namespace limpid::bench {

/// A size to measure; 12 and 24 megapixels are the camera's 4:3 and 3:2.
struct BenchSize {
    const char* name;
    int width_px;
    int height_px;
    [[nodiscard]] double megapixels() const { return width_px * 1e-6 * height_px; }
};
/// For counting instructions, under valgrind: whole tiles of the kernels.
inline constexpr BenchSize k1mp = {"1mp", 1024, 1024};
inline constexpr BenchSize k4mp = {"4mp", 2448, 1632};
inline constexpr BenchSize k12mp = {"12mp", 4000, 3000};
inline constexpr BenchSize k24mp = {"24mp", 6000, 4000};
inline constexpr BenchSize k50mp = {"50mp", 8660, 5773};

/// Something like a photograph, the same on every target: soft shapes, texture, noise, a few
/// clipped highlights and shadows. Ends the program when there is no memory for it.
Image make_photo(PixelFormat format, const BenchSize& size);

/// MP/s (of `size`) and bytes per pixel read and written.
void count_pixels(benchmark::State& state, const BenchSize& size, double bytes_per_pixel);

}  // namespace limpid::bench
