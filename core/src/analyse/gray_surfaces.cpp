#include "analyse/gray_surfaces.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace limpid::analysis {
namespace {

/// Chromaticity is (log2 R/G, log2 B/G) in bins of 1/20 stop, 0.8 stops to either side of neutral:
/// about 1 and 20 degrees.
constexpr int kBinsPerStop = 20;
constexpr int kReach = 16;
constexpr int kMapSide = 2 * kReach + 1;
/// Fractions of a bin in the table of logarithms.
constexpr int kFine = 64;

constexpr std::size_t kParts = 8;  // a side
constexpr std::uint64_t kMinCellPixels = 64;
constexpr double kMostOdds = 100;

/// Below this encoded level (of 65535) a pixel is noise.
constexpr std::uint16_t kDarkestGray = 65535 * 3 / 100;

/// Width of a grey surface: binomial, standard deviation sqrt(2) bins, 1.4 degrees, which is what
/// noise and mixed light leave of a grey wall.
constexpr std::array<std::uint64_t, 9> kSpread = {1, 8, 28, 56, 70, 56, 28, 8, 1};
constexpr int kSpreadRadius = 4;
constexpr double kSpreadTotal = 256.0 * 256.0;

/// Standard deviations, in stops, of the lights expected in finished photos along the axis from
/// orange to blue and along that from green to magenta, and of the gray-edge estimate about the
/// light. The first two bound what is believed at 9 and 5 degrees or so. Chosen by sweeps over 105
/// photos with casts put on them; no photo was held out.
constexpr double kAlongDaylight = 0.30;
constexpr double kAcrossDaylight = 0.15;
constexpr double kGrayEdge = 0.43;

using Map = std::array<std::uint64_t, kMapSide * kMapSide>;
using Votes = std::array<double, kMapSide * kMapSide>;

constexpr std::size_t at(int red, int blue) {
    return static_cast<std::size_t>(red + kReach) * kMapSide +
           static_cast<std::size_t>(blue + kReach);
}

/// log2 of linear light in fractions of a bin, by the upper ten bits of the encoded level.
const std::array<int, 1024>& log_table() {
    static const auto kTable = [] {
        std::array<int, 1024> table{};
        for (std::size_t i = 0; i < table.size(); ++i) {
            const double linear = srgb_to_linear(std::max(static_cast<double>(i), 1.0) / 1023.0);
            table[i] =
                static_cast<int>(std::floor(log2_exact(linear) * kBinsPerStop * kFine + 0.5));
        }
        return table;
    }();
    return kTable;
}

int bin_of(int difference) {
    // Rounded to the nearest, also below zero.
    return ((difference + kFine / 2 + 4096 * kFine) / kFine) - 4096;
}

struct Parts {
    std::vector<Map> maps{kParts * kParts};
    std::uint64_t pixels = 0;
};

Parts collect(const ImageView& proxy) {
    Parts parts;
    const auto& logs = log_table();
    for (int y = 0; y < proxy.height_px; ++y) {
        const auto* p = reinterpret_cast<const std::uint16_t*>(proxy.row(y));
        const auto row = static_cast<std::size_t>(y) * kParts /
                         static_cast<std::size_t>(proxy.height_px) * kParts;
        for (int x = 0; x < proxy.width_px; ++x, p += 3) {
            if (std::min({p[0], p[1], p[2]}) < kDarkestGray) continue;
            ++parts.pixels;
            const int red = bin_of(logs[p[0] >> 6] - logs[p[1] >> 6]);
            const int blue = bin_of(logs[p[2] >> 6] - logs[p[1] >> 6]);
            if (std::abs(red) > kReach || std::abs(blue) > kReach) continue;
            const auto part = row + static_cast<std::size_t>(x) * kParts /
                                        static_cast<std::size_t>(proxy.width_px);
            ++parts.maps[part][at(red, blue)];
        }
    }
    return parts;
}

/// `map` with every count spread to its neighbours, times kSpreadTotal.
Map spread(const Map& map) {
    Map along{};
    Map both{};
    const auto add = [](const Map& from, Map& to, bool blue_axis) {
        for (int r = -kReach; r <= kReach; ++r) {
            for (int b = -kReach; b <= kReach; ++b) {
                const std::uint64_t count = from[at(r, b)];
                if (count == 0) continue;
                const int place = blue_axis ? b : r;
                for (int d = -kSpreadRadius; d <= kSpreadRadius; ++d) {
                    if (std::abs(place + d) > kReach) continue;
                    to[blue_axis ? at(r, b + d) : at(r + d, b)] +=
                        count * kSpread[static_cast<std::size_t>(d + kSpreadRadius)];
                }
            }
        }
    };
    add(map, along, true);
    add(along, both, false);
    return both;
}

Votes count_votes(const Parts& parts) {
    Votes votes{};
    const double whole =
        static_cast<double>(parts.pixels) / static_cast<double>(kParts * kParts) * kSpreadTotal;
    for (const Map& map : parts.maps) {
        const Map near = spread(map);
        for (std::size_t i = 0; i < votes.size(); ++i) {
            if (near[i] != 0)
                votes[i] += std::sqrt(std::sqrt(static_cast<double>(near[i]) / whole));
        }
    }
    return votes;
}

/// A normal density without its factor: exp(-x^2 / 2).
double bell(double squared) {
    constexpr double kHalfLog2E = 0.72134752044448170;
    return exp2_exact(-kHalfLog2E * squared);
}

void weigh(Votes& votes, const Vec3& gray_edge) {
    constexpr double kTiny = 1e-4;
    const double green = log2_exact(std::max(gray_edge.y, kTiny));
    const double edge_red = log2_exact(std::max(gray_edge.x, kTiny)) - green;
    const double edge_blue = log2_exact(std::max(gray_edge.z, kTiny)) - green;
    for (int r = -kReach; r <= kReach; ++r) {
        for (int b = -kReach; b <= kReach; ++b) {
            const double red = static_cast<double>(r) / kBinsPerStop;
            const double blue = static_cast<double>(b) / kBinsPerStop;
            const double along = (red - blue) / kAlongDaylight;
            const double across = (red + blue) / kAcrossDaylight;
            const double to_red = (red - edge_red) / kGrayEdge;
            const double to_blue = (blue - edge_blue) / kGrayEdge;
            votes[at(r, b)] *=
                bell((along * along + across * across) / 2.0 + to_red * to_red + to_blue * to_blue);
        }
    }
}

/// Where between -1/2 and 1/2 a parabola through three votes, the middle one largest, has its top.
double top_between(double before, double middle, double after) {
    const double bend = before - 2.0 * middle + after;
    return bend < 0.0 ? std::clamp(0.5 * (before - after) / bend, -0.5, 0.5) : 0.0;
}

}  // namespace

GraySurfaces find_gray_surfaces(const ImageView& proxy, const Vec3& gray_edge) {
    GraySurfaces found = {normalised({1, 1, 1}), 1};
    const Parts parts = collect(proxy);
    if (parts.pixels < kMinCellPixels) return found;
    Votes votes = count_votes(parts);
    weigh(votes, gray_edge);
    const auto best = static_cast<int>(std::ranges::max_element(votes) - votes.begin());
    const int red = best / kMapSide - kReach;
    const int blue = best % kMapSide - kReach;
    const double most = votes[at(red, blue)];
    if (most <= 0.0) return found;
    double red_bins = red;
    double blue_bins = blue;
    if (std::abs(red) < kReach) {
        red_bins += top_between(votes[at(red - 1, blue)], most, votes[at(red + 1, blue)]);
    }
    if (std::abs(blue) < kReach) {
        blue_bins += top_between(votes[at(red, blue - 1)], most, votes[at(red, blue + 1)]);
    }
    found.light = normalised(
        {exp2_exact(red_bins / kBinsPerStop), 1.0, exp2_exact(blue_bins / kBinsPerStop)});
    found.odds = std::min(most / std::max(votes[at(0, 0)], most / kMostOdds), kMostOdds);
    return found;
}

}  // namespace limpid::analysis
