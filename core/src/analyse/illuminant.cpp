#include "analyse/illuminant.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace limpid::analysis {
namespace {

/// Linear light as integers, so that sums do not depend on their order.
struct Linear {
    std::uint32_t r, g, b;
};

/// Boxes whose mean is within these encoded levels (of 65535) are neither clipped nor noise.
constexpr std::uint16_t kDarkest = 65535 * 3 / 100;
constexpr std::uint16_t kBrightest = 65535 * 97 / 100;

/// Pixels needed before a colour of light is worth stating.
constexpr std::size_t kMinPixels = 64;

/// Share at each end that Cheng et al. found best (n = 3.5 %).
constexpr double kEndShare = 0.035;

using LinearTable = std::array<std::uint16_t, 1024>;

/// A 10-bit table of sRGB decoding to 16 bits: the proxy's averages carry no more.
const LinearTable& linear_table() {
    static const auto kTable = [] {
        LinearTable table{};
        for (std::size_t i = 0; i < table.size(); ++i) {
            table[i] = static_cast<std::uint16_t>(
                srgb_to_linear(static_cast<double>(i) / 1023.0) * 65535.0 + 0.5);
        }
        return table;
    }();
    return kTable;
}

bool usable(const std::uint16_t* p) {
    const auto [low, high] = std::minmax({p[0], p[1], p[2]});
    return low >= kDarkest && high <= kBrightest;
}

Linear linear(const LinearTable& table, const std::uint16_t* p) {
    return {table[p[0] >> 6], table[p[1] >> 6], table[p[2] >> 6]};
}

std::vector<Linear> usable_pixels(const ImageView& proxy) {
    const LinearTable& table = linear_table();
    std::vector<Linear> pixels;
    pixels.reserve(static_cast<std::size_t>(proxy.width_px) *
                   static_cast<std::size_t>(proxy.height_px));
    for (int y = 0; y < proxy.height_px; ++y) {
        const auto* p = reinterpret_cast<const std::uint16_t*>(proxy.row(y));
        for (int x = 0; x < proxy.width_px; ++x, p += 3) {
            if (usable(p)) pixels.push_back(linear(table, p));
        }
    }
    return pixels;
}

/// Absolute differences of usable pixels to their right and lower neighbours, summed.
std::vector<Linear> usable_edges(const ImageView& proxy) {
    const LinearTable& table = linear_table();
    std::vector<Linear> edges;
    edges.reserve(static_cast<std::size_t>(proxy.width_px) *
                  static_cast<std::size_t>(proxy.height_px));
    const auto apart = [](std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; };
    for (int y = 0; y + 1 < proxy.height_px; ++y) {
        const auto* p = reinterpret_cast<const std::uint16_t*>(proxy.row(y));
        const auto* below = reinterpret_cast<const std::uint16_t*>(proxy.row(y + 1));
        for (int x = 0; x + 1 < proxy.width_px; ++x, p += 3, below += 3) {
            if (!usable(p) || !usable(p + 3) || !usable(below)) continue;
            const Linear here = linear(table, p);
            const Linear right = linear(table, p + 3);
            const Linear down = linear(table, below);
            edges.push_back({apart(here.r, right.r) + apart(here.r, down.r),
                             apart(here.g, right.g) + apart(here.g, down.g),
                             apart(here.b, right.b) + apart(here.b, down.b)});
        }
    }
    return edges;
}

/// Projections on the mean colour, as integers: exact to compare, whatever their order.
std::vector<std::uint64_t> projections(const std::vector<Linear>& pixels) {
    std::uint64_t r = 0;
    std::uint64_t g = 0;
    std::uint64_t b = 0;
    for (const Linear& p : pixels) {
        r += p.r;
        g += p.g;
        b += p.b;
    }
    const std::uint64_t n = pixels.size();
    const std::uint64_t mr = r / n;
    const std::uint64_t mg = g / n;
    const std::uint64_t mb = b / n;
    std::vector<std::uint64_t> out;
    out.reserve(pixels.size());
    for (const Linear& p : pixels) out.push_back(p.r * mr + p.g * mg + p.b * mb);
    return out;
}

/// Second moments about the origin; 16-bit values and at most 2^20 pixels stay within 64 bits.
struct Moments {
    std::uint64_t rr = 0, rg = 0, rb = 0, gg = 0, gb = 0, bb = 0;

    void add(const Linear& p) {
        rr += std::uint64_t{p.r} * p.r;
        rg += std::uint64_t{p.r} * p.g;
        rb += std::uint64_t{p.r} * p.b;
        gg += std::uint64_t{p.g} * p.g;
        gb += std::uint64_t{p.g} * p.b;
        bb += std::uint64_t{p.b} * p.b;
    }

    /// Direction of the largest eigenvalue. All entries are positive, so power iteration from grey
    /// converges (Perron), and a fixed count of steps keeps it the same everywhere.
    [[nodiscard]] Vec3 principal() const {
        const auto d = [](std::uint64_t v) { return static_cast<double>(v); };
        Vec3 v = normalised({1, 1, 1});
        for (int i = 0; i < 64; ++i) {
            v = normalised({d(rr) * v.x + d(rg) * v.y + d(rb) * v.z,
                            d(rg) * v.x + d(gg) * v.y + d(gb) * v.z,
                            d(rb) * v.x + d(gb) * v.y + d(bb) * v.z});
        }
        return v;
    }
};

Vec3 principal_of_ends(const std::vector<Linear>& pixels) {
    const std::vector<std::uint64_t> along = projections(pixels);
    std::vector<std::uint64_t> ranked = along;
    const auto at_rank = [&](std::size_t rank) {
        const auto place = ranked.begin() + static_cast<std::ptrdiff_t>(rank);
        std::ranges::nth_element(ranked, place);
        return *place;
    };
    const auto end_count = std::max<std::size_t>(
        1, static_cast<std::size_t>(static_cast<double>(along.size()) * kEndShare));
    const std::uint64_t dark = at_rank(end_count - 1);
    const std::uint64_t bright = at_rank(along.size() - end_count);
    Moments moments;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        if (along[i] <= dark || along[i] >= bright) moments.add(pixels[i]);
    }
    return moments.principal();
}

Vec3 minkowski_6(const std::vector<Linear>& pixels) {
    double r = 0;
    double g = 0;
    double b = 0;
    const auto sixth_power = [](std::uint32_t v) {
        const double u = static_cast<double>(v) / 65535.0;
        const double cube = u * u * u;
        return cube * cube;
    };
    for (const Linear& p : pixels) {
        r += sixth_power(p.r);
        g += sixth_power(p.g);
        b += sixth_power(p.b);
    }
    if (r == 0 && g == 0 && b == 0) return normalised({1, 1, 1});
    const auto n = static_cast<double>(pixels.size());
    const auto root = [n](double sum) { return cbrt_exact(std::sqrt(sum / n)); };
    return normalised({root(r), root(g), root(b)});
}

}  // namespace

IlluminantEstimates estimate_illuminant(const ImageView& proxy) {
    const std::vector<Linear> pixels = usable_pixels(proxy);
    const Vec3 neutral = normalised({1, 1, 1});
    if (pixels.size() < kMinPixels) return {neutral, neutral, neutral, 0};
    const std::vector<Linear> edges = usable_edges(proxy);
    const Vec3 shades_of_gray = minkowski_6(pixels);
    return {principal_of_ends(pixels), shades_of_gray,
            edges.size() < kMinPixels ? shades_of_gray : minkowski_6(edges),
            static_cast<int>(pixels.size())};
}

}  // namespace limpid::analysis
