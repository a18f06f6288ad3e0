#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel_histogram_gray16.h"
#include "kernel_histogram_rgb16.h"
#include "kernels/halide_runtime.hpp"
#include "kernels/kernels.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

constexpr std::size_t kBins = 256;

void add(std::span<const std::uint32_t> counts, std::array<std::uint32_t, kBins>& total) {
    for (std::size_t bin = 0; bin < kBins; bin++) total[bin] += counts[bin];
}

}  // namespace

Status add_histogram(const ImageView& rows, ChannelBins& total) {
    if (Status pixels = check_pixels(rows, "the input"); !pixels) return pixels;
    const bool grey = rows.format == PixelFormat::gray16;
    if (!grey && rows.format != PixelFormat::rgb16) {
        return fail(ErrorCode::argument_invalid, "the input is neither gray16 nor rgb16");
    }
    std::array<std::uint32_t, 4 * kBins> counts{};
    const std::span<std::uint32_t> used = std::span(counts).first(grey ? kBins : 4 * kBins);
    KernelBuffer source(rows, 0), target(used, kBins);
    Status done = run_kernel([&] {
        return grey ? limpid_histogram_gray16(source, target)
                    : limpid_histogram_rgb16(source, target);
    });
    if (!done) return done;

    const std::span<const std::uint32_t> all = counts;
    add(all.subspan(0, kBins), total.luma);
    add(all.subspan(grey ? 0 : 1 * kBins, kBins), total.red);
    add(all.subspan(grey ? 0 : 2 * kBins, kBins), total.green);
    add(all.subspan(grey ? 0 : 3 * kBins, kBins), total.blue);
    return {};
}

}  // namespace limpid::kernels
