#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "analyse/detail.hpp"
#include "analyse/illuminant.hpp"
#include "analyse/proxy.hpp"
#include "base/run_control.hpp"
#include "limpid/analysis.hpp"

namespace limpid {
namespace {

using Bins = std::array<std::uint32_t, 256>;

/// The smallest level that at least `share` of the pixels do not exceed.
Decimal level_at(const Bins& bins, double share) {
    std::uint64_t total = 0;
    for (const std::uint32_t count : bins) total += count;
    const double wanted = share * static_cast<double>(total);
    std::uint64_t below = 0;
    std::size_t level = 0;
    for (; level < bins.size() - 1; ++level) {
        below += bins[level];
        if (static_cast<double>(below) >= wanted) break;
    }
    return Decimal::from_double(static_cast<double>(level) / 255.0);
}

Percentiles percentiles(const Bins& bins) {
    return {.p1 = level_at(bins, 0.01),
            .p5 = level_at(bins, 0.05),
            .p25 = level_at(bins, 0.25),
            .p50 = level_at(bins, 0.50),
            .p75 = level_at(bins, 0.75),
            .p95 = level_at(bins, 0.95),
            .p99 = level_at(bins, 0.99)};
}

/// Sums over the proxy that the histogram does not hold.
struct ProxySums {
    std::uint64_t luma = 0, luma_center = 0, center_pixels = 0, chroma = 0;
    Bins chroma_bins{};
    bool monochrome = true;
};

ProxySums sum_proxy(const ImageView& proxy) {
    ProxySums sums;
    const int count = channels(proxy.format);
    for (int y = 0; y < proxy.height_px; ++y) {
        const auto* p = reinterpret_cast<const std::uint16_t*>(proxy.row(y));
        const bool middle_row =
            y >= proxy.height_px / 4 && y < proxy.height_px - proxy.height_px / 4;
        for (int x = 0; x < proxy.width_px; ++x, p += count) {
            const std::uint32_t r = p[0];
            const std::uint32_t g = count == 1 ? r : p[1];
            const std::uint32_t b = count == 1 ? r : p[2];
            const std::uint32_t luma = (54 * r + 183 * g + 19 * b + 128) >> 8;
            const std::uint32_t chroma = std::max({r, g, b}) - std::min({r, g, b});
            sums.luma += luma;
            sums.chroma += chroma;
            ++sums.chroma_bins[chroma >> 8];
            sums.monochrome = sums.monochrome && chroma == 0;
            if (middle_row && x >= proxy.width_px / 4 && x < proxy.width_px - proxy.width_px / 4) {
                sums.luma_center += luma;
                ++sums.center_pixels;
            }
        }
    }
    return sums;
}

Decimal ratio(std::uint64_t part, std::uint64_t whole, double scale = 1.0) {
    if (whole == 0) return {};
    return Decimal::from_double(static_cast<double>(part) / static_cast<double>(whole) / scale);
}

/// As shares that sum to 1.
Illuminant to_illuminant(const Vec3& light) {
    const double sum = light.x + light.y + light.z;
    return {Decimal::from_double(light.x / sum), Decimal::from_double(light.y / sum),
            Decimal::from_double(light.z / sum)};
}

void measure_light(const ImageView& proxy, Analysis& analysis) {
    analyse::IlluminantEstimates light;
    const Vec3 neutral = normalised({1, 1, 1});
    light.pca = light.shades_of_gray = neutral;
    if (channels(proxy.format) == 3) light = analyse::estimate_illuminant(proxy);
    const Vec3 mean =
        normalised({light.pca.x + light.shades_of_gray.x, light.pca.y + light.shades_of_gray.y,
                    light.pca.z + light.shades_of_gray.z});
    analysis.illuminant_pca = to_illuminant(light.pca);
    analysis.illuminant_shades_of_gray = to_illuminant(light.shades_of_gray);
    analysis.illuminant_disagreement_deg =
        Decimal::from_double(angle_deg(light.pca, light.shades_of_gray));
    analysis.cast_deg = Decimal::from_double(angle_deg(mean, neutral));
    if (channels(proxy.format) == 1) {
        analysis.neutral_share = Decimal{Decimal::kOne};
    } else if (light.pixels_used > 0) {
        analysis.neutral_share = Decimal::from_double(analyse::near_neutral_share(proxy, mean));
    }
}

}  // namespace

Result<Analysis> analyse_pixels(const ImageView& pixels, const RunOptions& run) {
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "pixels are empty");
    }
    if (Status go = report_progress(run, Stage::analyse, 0.0); !go) {
        return std::unexpected(std::move(go).error());
    }
    Result<analyse::Proxy> proxy = analyse::make_proxy(pixels, run);
    if (!proxy) return std::unexpected(std::move(proxy).error());
    const ImageView view = std::as_const(proxy->pixels).view();
    const std::uint64_t proxy_pixels =
        static_cast<std::uint64_t>(view.width_px) * static_cast<std::uint64_t>(view.height_px);
    const std::uint64_t all_pixels =
        static_cast<std::uint64_t>(pixels.width_px) * static_cast<std::uint64_t>(pixels.height_px);

    Analysis analysis;
    analysis.box_factor = proxy->box_factor;
    analysis.proxy_width_px = view.width_px;
    analysis.proxy_height_px = view.height_px;
    analysis.luma = percentiles(proxy->histogram.luma);
    analysis.red = percentiles(proxy->histogram.red);
    analysis.green = percentiles(proxy->histogram.green);
    analysis.blue = percentiles(proxy->histogram.blue);
    analysis.clipped_high_share = ratio(proxy->clipped_high, all_pixels);
    analysis.clipped_low_share = ratio(proxy->clipped_low, all_pixels);

    const ProxySums sums = sum_proxy(view);
    analysis.luma_mean = ratio(sums.luma, proxy_pixels, 65535.0);
    analysis.luma_mean_center = ratio(sums.luma_center, sums.center_pixels, 65535.0);
    analysis.chroma_mean = ratio(sums.chroma, proxy_pixels, 65535.0);
    analysis.chroma_p95 = level_at(sums.chroma_bins, 0.95);
    analysis.monochrome = sums.monochrome;
    measure_light(view, analysis);

    const analyse::DetailStatistics detail = analyse::measure_detail(pixels);
    analysis.noise_sigma = Decimal::from_double(detail.noise_sigma);
    analysis.edge_width_px = Decimal::from_double(detail.edge_width_px);
    if (Status go = report_progress(run, Stage::analyse, 1.0); !go) {
        return std::unexpected(std::move(go).error());
    }
    return analysis;
}

}  // namespace limpid
