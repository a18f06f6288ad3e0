#include "analyse/proxy.hpp"

#include <algorithm>
#include <utility>

#include "base/run_control.hpp"

namespace limpid::analysis {
namespace {

/// Proxy rows per task: enough input rows to be worth a thread, few enough to cancel soon.
constexpr int kRowsPerTask = 4;

struct Planes {
    Image proxy, high, low;
};

Result<Planes> make_planes(bool gray, int width_px, int height_px) {
    auto proxy =
        Image::create(gray ? PixelFormat::gray16 : PixelFormat::rgb16, width_px, height_px);
    auto high = Image::create(PixelFormat::gray16, width_px, height_px);
    auto low = Image::create(PixelFormat::gray16, width_px, height_px);
    if (!proxy || !high || !low) return fail(ErrorCode::memory_exhausted, "analysis proxy");
    return Planes{std::move(*proxy), std::move(*high), std::move(*low)};
}

Status downscale(const ImageView& pixels, int factor, Planes& planes, const RunOptions& run) {
    const int rows = planes.proxy.height_px();
    const int tasks = (rows + kRowsPerTask - 1) / kRowsPerTask;
    const MutableImageView proxy = planes.proxy.view();
    const MutableImageView high = planes.high.view();
    const MutableImageView low = planes.low.view();
    return run_tasks(run, tasks, [&](int i) {
        const kernels::RowRange out = {i * kRowsPerTask, std::min((i + 1) * kRowsPerTask, rows)};
        const kernels::RowRange in =
            kernels::box_downscale_input_rows(out, factor, pixels.height_px);
        return kernels::box_downscale(
            kernels::strip(pixels, in), factor,
            {kernels::strip(proxy, out), kernels::strip(high, out), kernels::strip(low, out)});
    });
}

std::uint64_t sum(const Image& counts) {
    std::uint64_t total = 0;
    const ImageView view = counts.view();
    for (int y = 0; y < view.height_px; ++y) {
        const auto* row = reinterpret_cast<const std::uint16_t*>(view.row(y));
        for (int x = 0; x < view.width_px; ++x) total += row[x];
    }
    return total;
}

}  // namespace

Result<Proxy> make_proxy(const ImageView& pixels, const RunOptions& run) {
    const int longest = std::max(pixels.width_px, pixels.height_px);
    // Sides beyond 64 * 256 px keep the largest box and get a larger proxy.
    const int factor =
        std::clamp((longest + kProxySidePx - 1) / kProxySidePx, 1, kernels::kMaxBoxFactor);
    auto planes =
        make_planes(channels(pixels.format) == 1, kernels::box_count(pixels.width_px, factor),
                    kernels::box_count(pixels.height_px, factor));
    if (!planes) return std::unexpected(std::move(planes).error());
    Status scaled = downscale(pixels, factor, *planes, run);
    if (!scaled) return std::unexpected(std::move(scaled).error());

    Proxy proxy;
    proxy.box_factor = factor;
    proxy.clipped_high = sum(planes->high);
    proxy.clipped_low = sum(planes->low);
    proxy.pixels = std::move(planes->proxy);
    Status counted = kernels::add_histogram(std::as_const(proxy.pixels).view(), proxy.histogram);
    if (!counted) return std::unexpected(std::move(counted).error());
    return proxy;
}

}  // namespace limpid::analysis
