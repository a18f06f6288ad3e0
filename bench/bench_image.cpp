#include "bench_image.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "limpid/digest.hpp"

namespace limpid::bench {
namespace {

std::uint32_t mixed(std::uint32_t x) {
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ (x >> 16);
}

/// Value noise: random at every corner of cells of 2^shift pixels, linear between. 0 .. 255.
int soft_noise(int x, int y, int shift, std::uint32_t seed) {
    const int cell = 1 << shift;
    const int fx = x & (cell - 1), fy = y & (cell - 1);
    const auto corner = [&](int dx, int dy) {
        const auto cx = static_cast<std::uint32_t>((x >> shift) + dx);
        const auto cy = static_cast<std::uint32_t>((y >> shift) + dy);
        return static_cast<int>(mixed(cx * 73856093u ^ cy * 19349663u ^ seed) & 255);
    };
    const int top = corner(0, 0) * (cell - fx) + corner(1, 0) * fx;
    const int bottom = corner(0, 1) * (cell - fx) + corner(1, 1) * fx;
    return (top * (cell - fy) + bottom * fy) >> (2 * shift);
}

/// 16-bit sample.
int photo_sample(int x, int y, int c) {
    const auto seed = static_cast<std::uint32_t>(c);
    const int shapes = soft_noise(x, y, 9, 11 + seed) * 2 + soft_noise(x, y, 7, 5);
    const int texture = soft_noise(x, y, 4, 3) + soft_noise(x, y, 2, 2) / 2;
    const auto grain = static_cast<int>(mixed(static_cast<std::uint32_t>(x) * 9973u +
                                              static_cast<std::uint32_t>(y) * 31337u + seed) &
                                        1023);
    const int value = shapes * 110 + texture * 24 + grain - 12000;
    return std::clamp(value, 0, 65535);
}

}  // namespace

Image make_photo(PixelFormat format, const BenchSize& size) {
    auto image = Image::create(format, size.width_px, size.height_px);
    if (!image) {
        std::fputs(image.error().message().c_str(), stderr);
        std::exit(1);
    }
    const MutableImageView view = image->view();
    const int count = channels(format);
    // Making 24 MP of noise takes seconds; a photo repeats every 512 rows and nobody minds.
    constexpr int kDistinctRows = 512;
    for (int y = 0; y < size.height_px; y++) {
        if (y >= kDistinctRows) {
            std::copy_n(view.row(y - kDistinctRows), view.row_bytes(), view.row(y));
            continue;
        }
        for (int i = 0; i < size.width_px * count; i++) {
            const int c = i % count;
            const int sample = c == 3 ? 65535 - (i & 255) : photo_sample(i / count, y, c);
            if (bytes_per_sample(format) == 2) {
                reinterpret_cast<std::uint16_t*>(view.row(y))[i] =
                    static_cast<std::uint16_t>(sample);
            } else {
                view.row(y)[i] = static_cast<std::byte>(sample >> 8);
            }
        }
    }
    return std::move(*image);
}

void note_output(benchmark::State& state, std::initializer_list<ImageView> outputs) {
    if (!print_digests) return;
    std::string label;
    for (const ImageView& output : outputs) label += to_hex(sha256(output)).substr(0, 16);
    state.SetLabel(label);
}

void count_pixels(benchmark::State& state, const BenchSize& size, double bytes_per_pixel) {
    state.counters["MP/s"] =
        benchmark::Counter(size.megapixels(), benchmark::Counter::kIsIterationInvariantRate);
    state.counters["B/px"] = bytes_per_pixel;
}

}  // namespace limpid::bench
