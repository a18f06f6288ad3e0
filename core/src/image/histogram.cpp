#include "limpid/histogram.hpp"

#include <cstddef>
#include <cstring>

namespace limpid {
namespace {

/// The 8-bit levels of the samples of a row.
template <std::size_t kSampleBytes>
std::size_t level_of(const std::byte* sample) noexcept {
    if constexpr (kSampleBytes == 1) {
        return std::to_integer<std::size_t>(*sample);
    } else {
        std::uint16_t wide = 0;
        std::memcpy(&wide, sample, sizeof wide);
        return wide >> 8;
    }
}

template <std::size_t kSampleBytes, std::size_t kChannels>
void count_row(const std::byte* pixel, int width_px, Histogram& total) noexcept {
    constexpr std::size_t kGreen = kChannels == 1 ? 0 : kSampleBytes;
    constexpr std::size_t kBlue = 2 * kGreen;
    auto& [red_counts, green_counts, blue_counts, luma_counts] = total.counts;
    for (int x = 0; x < width_px; ++x, pixel += kChannels * kSampleBytes) {
        const std::size_t red = level_of<kSampleBytes>(pixel);
        const std::size_t green = level_of<kSampleBytes>(pixel + kGreen);
        const std::size_t blue = level_of<kSampleBytes>(pixel + kBlue);
        ++red_counts[red];
        ++green_counts[green];
        ++blue_counts[blue];
        ++luma_counts[(54 * red + 183 * green + 19 * blue + 128) >> 8];
    }
}

using CountRow = void (*)(const std::byte*, int, Histogram&) noexcept;

/// In the order of PixelFormat.
constexpr std::array<CountRow, 6> kCountRow = {count_row<1, 1>, count_row<1, 3>, count_row<1, 4>,
                                               count_row<2, 1>, count_row<2, 3>, count_row<2, 4>};

}  // namespace

Histogram histogram(const ImageView& pixels) noexcept {
    Histogram total;
    const CountRow count = kCountRow[static_cast<std::size_t>(pixels.format)];
    for (int y = 0; y < pixels.height_px; ++y) count(pixels.row(y), pixels.width_px, total);
    return total;
}

}  // namespace limpid
