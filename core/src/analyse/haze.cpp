#include "analyse/haze.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace limpid::analysis {
namespace {

/// He, Sun and Tang take patches of 15 pixels in pictures of about 600.
int patch_radius(int width_px, int height_px) {
    return std::max(1, std::max(width_px, height_px) / 80);
}

/// Smallest value within `radius` along a line of `count` values that are `stride` apart.
void line_minimum(const double* from, double* to, int count, std::ptrdiff_t stride, int radius) {
    for (int i = 0; i < count; ++i) {
        const int last = std::min(i + radius, count - 1);
        double least = from[std::max(i - radius, 0) * stride];
        for (int j = std::max(i - radius, 0) + 1; j <= last; ++j) {
            least = std::min(least, from[j * stride]);
        }
        to[i * stride] = least;
    }
}

/// Smallest value of the square patch about every pixel; patches end with the picture.
std::vector<double> patch_minimum(std::vector<double> plane, int width_px, int height_px) {
    const int radius = patch_radius(width_px, height_px);
    std::vector<double> rows(plane.size());
    for (int y = 0; y < height_px; ++y) {
        const std::ptrdiff_t first = std::ptrdiff_t{y} * width_px;
        line_minimum(plane.data() + first, rows.data() + first, width_px, 1, radius);
    }
    for (int x = 0; x < width_px; ++x) {
        line_minimum(rows.data() + x, plane.data() + x, height_px, width_px, radius);
    }
    return plane;
}

std::vector<double> read_levels(const ImageView& proxy, int channel_count) {
    std::vector<double> levels;
    const int row_values = proxy.width_px * channel_count;
    levels.reserve(static_cast<std::size_t>(row_values) *
                   static_cast<std::size_t>(proxy.height_px));
    for (int y = 0; y < proxy.height_px; ++y) {
        const auto* row = reinterpret_cast<const std::uint16_t*>(proxy.row(y));
        for (int i = 0; i < row_values; ++i) levels.push_back(row[i] / 65535.0);
    }
    return levels;
}

/// Mean colour of the pixels whose dark channel is among the brightest thousandth.
std::array<double, 3> find_airlight(std::span<const double> levels, int channel_count, int width_px,
                                    int height_px) {
    const auto channels = static_cast<std::size_t>(channel_count);
    std::vector<double> dark(levels.size() / channels);
    for (std::size_t i = 0; i < dark.size(); ++i) {
        dark[i] = *std::ranges::min_element(levels.subspan(i * channels, channels));
    }
    dark = patch_minimum(std::move(dark), width_px, height_px);
    std::vector<double> sorted = dark;
    const auto rank = static_cast<std::ptrdiff_t>(sorted.size() - 1 - sorted.size() / 1000);
    std::ranges::nth_element(sorted, sorted.begin() + rank);
    const double least = sorted[static_cast<std::size_t>(rank)];
    std::array<double, 3> sums{};
    double count = 0;
    for (std::size_t i = 0; i < dark.size(); ++i) {
        if (dark[i] < least) continue;
        for (std::size_t c = 0; c < 3; ++c) {
            sums[c] += levels[i * channels + std::min(c, channels - 1)];
        }
        count += 1;
    }
    for (double& sum : sums) sum /= count;
    return sums;
}

}  // namespace

std::vector<double> transmission(std::span<const double> levels, int channel_count, int width_px,
                                 int height_px, std::span<const double> airlight) {
    const auto channels = static_cast<std::size_t>(channel_count);
    std::vector<double> plane(levels.size() / channels);
    for (std::size_t i = 0; i < plane.size(); ++i) {
        double least = 1.0;
        for (std::size_t c = 0; c < channels; ++c) {
            least = std::min(least, levels[i * channels + c] / std::max(airlight[c], 1.0 / 16));
        }
        plane[i] = least;
    }
    plane = patch_minimum(std::move(plane), width_px, height_px);
    for (double& value : plane) {
        value = std::max(1.0 - (1.0 - kHazeKept) * value, kLeastTransmission);
    }
    return plane;
}

HazeEstimate estimate_haze(const ImageView& proxy) {
    const int channel_count = channels(proxy.format) == 1 ? 1 : 3;
    const std::vector<double> levels = read_levels(proxy, channel_count);
    HazeEstimate estimate;
    estimate.airlight = find_airlight(levels, channel_count, proxy.width_px, proxy.height_px);
    const auto [low, high] = std::ranges::minmax(estimate.airlight);
    estimate.airlight_saturation = high > 0 ? (high - low) / high : 0;

    std::vector<double> t =
        transmission(levels, channel_count, proxy.width_px, proxy.height_px, estimate.airlight);
    double sum = 0;
    for (const double value : t) sum += 1 - value;
    estimate.level = sum / static_cast<double>(t.size());
    const auto at = [&](std::size_t percent) {
        const auto place = t.begin() + static_cast<std::ptrdiff_t>((t.size() - 1) * percent / 100);
        std::ranges::nth_element(t, place);
        return *place;
    };
    estimate.transmission_p5 = at(5);
    estimate.transmission_p50 = at(50);
    estimate.transmission_p95 = at(95);
    return estimate;
}

}  // namespace limpid::analysis
