#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "analyse/detail.hpp"
#include "analyse/gray_surfaces.hpp"
#include "analyse/haze.hpp"
#include "analyse/illuminant.hpp"
#include "analyse/measure.hpp"
#include "analyse/memory_colours.hpp"
#include "analyse/noise.hpp"
#include "analyse/proxy.hpp"
#include "analyse/tonality.hpp"
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
    return {.p0_3 = level_at(bins, 0.003),
            .p1 = level_at(bins, 0.01),
            .p5 = level_at(bins, 0.05),
            .p25 = level_at(bins, 0.25),
            .p50 = level_at(bins, 0.50),
            .p75 = level_at(bins, 0.75),
            .p95 = level_at(bins, 0.95),
            .p99 = level_at(bins, 0.99),
            .p99_5 = level_at(bins, 0.995)};
}

Decimal ratio(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return {};
    return Decimal::from_double(static_cast<double>(part) / static_cast<double>(whole));
}

std::uint64_t pixel_count(const ImageView& view) {
    return static_cast<std::uint64_t>(view.width_px) * static_cast<std::uint64_t>(view.height_px);
}

/// As shares that sum to 1.
Illuminant to_illuminant(const Vec3& light) {
    const double sum = light.x + light.y + light.z;
    return {Decimal::from_double(light.x / sum), Decimal::from_double(light.y / sum),
            Decimal::from_double(light.z / sum)};
}

void measure_light(const ImageView& proxy, Analysis& analysis) {
    const Vec3 neutral = normalised({1, 1, 1});
    analysis::IlluminantEstimates light = {neutral, neutral, neutral, 0};
    if (channels(proxy.format) == 3) light = analysis::estimate_illuminant(proxy);
    const Vec3 mean = normalised({light.pca.x + light.shades_of_gray.x + light.gray_edge.x,
                                  light.pca.y + light.shades_of_gray.y + light.gray_edge.y,
                                  light.pca.z + light.shades_of_gray.z + light.gray_edge.z});
    analysis.illuminant_pca = to_illuminant(light.pca);
    analysis.illuminant_shades_of_gray = to_illuminant(light.shades_of_gray);
    analysis.illuminant_gray_edge = to_illuminant(light.gray_edge);
    analysis.illuminant_disagreement_deg = Decimal::from_double(
        std::max({angle_deg(light.pca, mean), angle_deg(light.shades_of_gray, mean),
                  angle_deg(light.gray_edge, mean)}));
    analysis.cast_deg = Decimal::from_double(angle_deg(mean, neutral));
    analysis::GraySurfaces surfaces = {neutral, 1};
    if (channels(proxy.format) == 3) {
        surfaces = analysis::find_gray_surfaces(proxy, light.gray_edge);
    }
    analysis.gray_surface_light = to_illuminant(surfaces.light);
    analysis.gray_surface_cast_deg = Decimal::from_double(angle_deg(surfaces.light, neutral));
    analysis.gray_surface_odds = Decimal::from_double(surfaces.odds);
}

ChannelShares last_bins(const kernels::ChannelBins& histogram, std::size_t bin,
                        std::uint64_t pixels) {
    return {ratio(histogram.red[bin], pixels), ratio(histogram.green[bin], pixels),
            ratio(histogram.blue[bin], pixels)};
}

void measure_histogram(const analysis::Proxy& proxy, std::uint64_t proxy_pixels,
                       std::uint64_t all_pixels, Analysis& analysis) {
    const kernels::ChannelBins& bins = proxy.histogram;
    analysis.luma = percentiles(bins.luma);
    analysis.red = percentiles(bins.red);
    analysis.green = percentiles(bins.green);
    analysis.blue = percentiles(bins.blue);
    analysis.clipped_high_share = ratio(proxy.clipped_high, all_pixels);
    analysis.clipped_low_share = ratio(proxy.clipped_low, all_pixels);
    analysis.channel_clipped_high = last_bins(bins, 255, proxy_pixels);
    analysis.channel_clipped_low = last_bins(bins, 0, proxy_pixels);
}

void measure_tones(const ImageView& proxy, Analysis& analysis) {
    const analysis::Tonality tonality = analysis::measure_tonality(proxy);
    analysis.luma_mean = Decimal::from_double(tonality.luma_mean);
    analysis.luma_mean_center = Decimal::from_double(tonality.luma_mean_center);
    analysis.backlight =
        Decimal::from_double(tonality.luma_mean_border - tonality.luma_mean_center);
    analysis.exposure_key = Decimal::from_double(tonality.exposure_key);
    analysis.lit_share = Decimal::from_double(tonality.lit_share);
    analysis.bimodality = Decimal::from_double(tonality.bimodality);
    analysis.local_contrast = Decimal::from_double(tonality.local_contrast);
    analysis.chroma_mean = Decimal::from_double(tonality.chroma_mean);
    analysis.chroma_p95 = level_at(tonality.chroma_bins, 0.95);
    analysis.monochrome = tonality.monochrome;
}

void measure_haze(const ImageView& proxy, Analysis& analysis) {
    const analysis::HazeEstimate haze = analysis::estimate_haze(proxy);
    analysis.haze_level = Decimal::from_double(haze.level);
    analysis.airlight = {Decimal::from_double(haze.airlight[0]),
                         Decimal::from_double(haze.airlight[1]),
                         Decimal::from_double(haze.airlight[2])};
    analysis.airlight_saturation = Decimal::from_double(haze.airlight_saturation);
    analysis.transmission_p5 = Decimal::from_double(haze.transmission_p5);
    analysis.transmission_p95 = Decimal::from_double(haze.transmission_p95);
}

void measure_colours(const ImageView& proxy, Analysis& analysis) {
    const analysis::MemoryColourShares shares = analysis::measure_memory_colours(proxy);
    analysis.skin_share = Decimal::from_double(shares.skin);
    analysis.sky_share = Decimal::from_double(shares.sky);
    analysis.foliage_share = Decimal::from_double(shares.foliage);
}

/// Each reads the proxy and writes members of its own. The longest come first: a thread that is
/// done with one helps with the others.
using MeasureProxy = void (*)(const ImageView& proxy, Analysis& analysis);
constexpr std::array<MeasureProxy, 4> kMeasureProxy = {measure_light, measure_haze, measure_tones,
                                                       measure_colours};

Status measure_proxy(const ImageView& proxy, const RunOptions& run, Analysis& analysis) {
    return run_tasks(run, static_cast<int>(kMeasureProxy.size()), [&](int i) -> Status {
        kMeasureProxy[static_cast<std::size_t>(i)](proxy, analysis);
        return {};
    });
}

Status measure_pixels(const ImageView& pixels, const RunOptions& run, Analysis& analysis) {
    auto detail = analysis::measure_detail(pixels, run);
    if (!detail) return std::unexpected(std::move(detail).error());
    analysis.edge_width_px = Decimal::from_double(detail->edge_width_px);
    analysis.flat_share = Decimal::from_double(detail->flat_share);
    auto noise = analysis::measure_noise(pixels, run);
    if (!noise) return std::unexpected(std::move(noise).error());
    analysis.noise_sigma = Decimal::from_double(noise->overall.luma_sigma);
    analysis.chroma_noise_sigma = Decimal::from_double(noise->overall.chroma_sigma);
    const auto band = [&](std::size_t i) {
        return Decimal::from_double(noise->bands[i].luma_sigma);
    };
    analysis.noise_by_level = {band(0), band(1), band(2), band(3)};
    return {};
}

}  // namespace

Result<analysis::Measured> analysis::measure(const ImageView& pixels, const RunOptions& run,
                                             int jpeg_quality) {
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "pixels are empty");
    }
    if (Status go = report_progress(run, Stage::analyse, 0.0); !go) {
        return std::unexpected(std::move(go).error());
    }
    Result<Proxy> proxy = make_proxy(pixels, run);
    if (!proxy) return std::unexpected(std::move(proxy).error());
    const ImageView view = std::as_const(proxy->pixels).view();

    Analysis analysis;
    analysis.jpeg_quality = jpeg_quality;
    analysis.box_factor = proxy->box_factor;
    analysis.proxy_width_px = view.width_px;
    analysis.proxy_height_px = view.height_px;
    measure_histogram(*proxy, pixel_count(view), pixel_count(pixels), analysis);
    Status measured = measure_proxy(view, run, analysis);
    if (measured) measured = measure_pixels(pixels, run, analysis);
    if (!measured) return std::unexpected(std::move(measured).error());
    analysis.scene = classify_scene(analysis);
    if (Status go = report_progress(run, Stage::analyse, 1.0); !go) {
        return std::unexpected(std::move(go).error());
    }
    return Measured{std::move(analysis), std::move(*proxy)};
}

Result<Analysis> analyse_pixels(const ImageView& pixels, const RunOptions& run, int jpeg_quality) {
    auto measured = analysis::measure(pixels, run, jpeg_quality);
    if (!measured) return std::unexpected(std::move(measured).error());
    return std::move(measured->analysis);
}

}  // namespace limpid
