#include "analyse/tonality.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace limpid::analysis {
namespace {

using Bins = std::array<std::uint32_t, 256>;

constexpr double kSampleScale = 65535.0;

/// Luma bins below the first are black, from the last on white: a background without a drawing in
/// it says nothing about exposure. 5 % encoded is 0.4 % of the light of white, the black of a good
/// print.
constexpr std::size_t kFirstLitBin = 13;
constexpr std::size_t kWhiteBin = 251;

/// The radius of surroundings is a share of the longer side, so that it is the same in every size.
constexpr int kSurroundShare = 32;

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Quartiles of the bins between black and white, the median counted twice, 0..1. A picture
/// without any such bin is as dark or bright as its mean.
double key_of(const Bins& bins, double mean) {
    std::uint64_t total = 0;
    for (std::size_t i = kFirstLitBin; i < kWhiteBin; ++i) total += bins[i];
    if (total == 0) return mean;
    const auto level = [&](std::uint64_t quarters) {
        std::uint64_t below = 0;
        std::size_t i = kFirstLitBin;
        for (; i < kWhiteBin - 1; ++i) {
            below += bins[i];
            if (4 * below >= quarters * total) break;
        }
        return static_cast<double>(i) / 255.0;
    };
    return (level(1) + 2.0 * level(2) + level(3)) / 4.0;
}

/// Otsu's criterion at its best threshold (IEEE SMC 9(1), 1979): between-class over total variance.
double otsu(const Bins& bins) {
    std::uint64_t total = 0;
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        total += bins[i];
        sum += std::uint64_t{bins[i]} * i;
        squares += std::uint64_t{bins[i]} * i * i;
    }
    if (total == 0) return 0.0;
    const auto n = static_cast<double>(total);
    const double mean = static_cast<double>(sum) / n;
    const double variance = static_cast<double>(squares) / n - mean * mean;
    if (variance <= 1.0) return 0.0;  // within a step of the histogram
    double best = 0.0;
    std::uint64_t below = 0;
    std::uint64_t below_sum = 0;
    for (std::size_t i = 0; i < bins.size() - 1; ++i) {
        below += bins[i];
        below_sum += std::uint64_t{bins[i]} * i;
        if (below == 0 || below == total) continue;
        const double w = static_cast<double>(below) / n;
        const double apart = mean * w - static_cast<double>(below_sum) / n;
        best = std::max(best, apart * apart / (w * (1.0 - w)));
    }
    return best / variance;
}

class LumaPlane {
public:
    explicit LumaPlane(const ImageView& proxy)
        : width_(proxy.width_px),
          height_(proxy.height_px),
          luma_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {}

    [[nodiscard]] std::uint16_t& at(int x, int y) { return luma_[index(x, y)]; }

    /// Mean |luma - mean of its surroundings|, by sums over rectangles.
    [[nodiscard]] double mean_distance_from_surroundings() const {
        const int radius = std::max(1, std::max(width_, height_) / kSurroundShare);
        const std::vector<std::uint64_t> sums = rectangle_sums();
        const auto sum_at = [&](int x, int y) {
            return sums[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_ + 1) +
                        static_cast<std::size_t>(x)];
        };
        std::uint64_t distance = 0;
        for (int y = 0; y < height_; ++y) {
            const int top = std::max(y - radius, 0);
            const int bottom = std::min(y + radius + 1, height_);
            for (int x = 0; x < width_; ++x) {
                const int left = std::max(x - radius, 0);
                const int right = std::min(x + radius + 1, width_);
                const std::uint64_t sum = sum_at(right, bottom) - sum_at(left, bottom) -
                                          sum_at(right, top) + sum_at(left, top);
                const auto count = static_cast<std::uint64_t>((right - left) * (bottom - top));
                const auto mean = static_cast<std::int64_t>(sum / count);
                distance += static_cast<std::uint64_t>(std::abs(luma_[index(x, y)] - mean));
            }
        }
        return share(distance, luma_.size()) / kSampleScale;
    }

private:
    [[nodiscard]] std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
               static_cast<std::size_t>(x);
    }

    /// Entry (x, y): the sum of all luma left of and above it.
    [[nodiscard]] std::vector<std::uint64_t> rectangle_sums() const {
        const auto stride = static_cast<std::size_t>(width_) + 1;
        std::vector<std::uint64_t> sums(stride * (static_cast<std::size_t>(height_) + 1));
        for (std::size_t y = 0; y < static_cast<std::size_t>(height_); ++y) {
            std::uint64_t row = 0;
            for (std::size_t x = 0; x < static_cast<std::size_t>(width_); ++x) {
                row += luma_[y * static_cast<std::size_t>(width_) + x];
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
            }
        }
        return sums;
    }

    int width_;
    int height_;
    std::vector<std::uint16_t> luma_;
};

struct Sums {
    std::uint64_t luma = 0, luma_center = 0, center_pixels = 0, chroma = 0;
    Bins weighted{};  // luma, the centre counted double
};

}  // namespace

Tonality measure_tonality(const ImageView& proxy) {
    Tonality tonality;
    Sums sums;
    LumaPlane plane(proxy);
    const int count = channels(proxy.format);
    const auto central = [](int i, int size) { return i >= size / 4 && i < size - size / 4; };
    for (int y = 0; y < proxy.height_px; ++y) {
        const auto* p = reinterpret_cast<const std::uint16_t*>(proxy.row(y));
        for (int x = 0; x < proxy.width_px; ++x, p += count) {
            const std::uint32_t r = p[0];
            const std::uint32_t g = count == 1 ? r : p[1];
            const std::uint32_t b = count == 1 ? r : p[2];
            const std::uint32_t luma = (54 * r + 183 * g + 19 * b + 128) >> 8;
            const std::uint32_t chroma = std::max({r, g, b}) - std::min({r, g, b});
            const bool center = central(x, proxy.width_px) && central(y, proxy.height_px);
            plane.at(x, y) = static_cast<std::uint16_t>(luma);
            sums.luma += luma;
            sums.chroma += chroma;
            ++tonality.chroma_bins[chroma >> 8];
            tonality.monochrome = tonality.monochrome && chroma == 0;
            sums.weighted[luma >> 8] += center ? 2 : 1;
            if (center) {
                sums.luma_center += luma;
                ++sums.center_pixels;
            }
        }
    }
    const std::uint64_t pixels =
        static_cast<std::uint64_t>(proxy.width_px) * static_cast<std::uint64_t>(proxy.height_px);
    std::uint64_t black = 0;
    for (std::size_t i = 0; i < kFirstLitBin; ++i) black += sums.weighted[i];
    tonality.luma_mean = share(sums.luma, pixels) / kSampleScale;
    tonality.luma_mean_center = share(sums.luma_center, sums.center_pixels) / kSampleScale;
    tonality.luma_mean_border =
        share(sums.luma - sums.luma_center, pixels - sums.center_pixels) / kSampleScale;
    tonality.exposure_key = key_of(sums.weighted, tonality.luma_mean);
    tonality.lit_share = 1.0 - share(black, pixels + sums.center_pixels);
    tonality.bimodality = otsu(sums.weighted);
    tonality.local_contrast = plane.mean_distance_from_surroundings();
    tonality.chroma_mean = share(sums.chroma, pixels) / kSampleScale;
    return tonality;
}

}  // namespace limpid::analysis
