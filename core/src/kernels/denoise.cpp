#include "kernels/denoise.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "kernel_add_colour_rgb16.h"
#include "kernel_add_colour_rgb8.h"
#include "kernel_add_colour_rgba16.h"
#include "kernel_add_colour_rgba8.h"
#include "kernel_add_luma_gray16.h"
#include "kernel_add_luma_gray8.h"
#include "kernel_add_luma_rgb16.h"
#include "kernel_add_luma_rgb8.h"
#include "kernel_add_luma_rgba16.h"
#include "kernel_add_luma_rgba8.h"
#include "kernel_chroma_planes_rgb16.h"
#include "kernel_chroma_planes_rgb8.h"
#include "kernel_chroma_planes_rgba16.h"
#include "kernel_chroma_planes_rgba8.h"
#include "kernel_dct_threshold_plane.h"
#include "kernel_dct_wiener_plane.h"
#include "kernel_luma_plane_gray16.h"
#include "kernel_luma_plane_gray8.h"
#include "kernel_luma_plane_rgb16.h"
#include "kernel_luma_plane_rgb8.h"
#include "kernel_luma_plane_rgba16.h"
#include "kernel_luma_plane_rgba8.h"
#include "kernels/halide_runtime.hpp"
#include "kernels/narrow.hpp"
#include "kernels/noise_plane.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

// All by PixelFormat; grey has no chroma.
constexpr std::array<decltype(&limpid_luma_plane_rgb8), 6> kLumaPlane = {
    limpid_luma_plane_gray8,  limpid_luma_plane_rgb8,  limpid_luma_plane_rgba8,
    limpid_luma_plane_gray16, limpid_luma_plane_rgb16, limpid_luma_plane_rgba16};
constexpr std::array<decltype(&limpid_chroma_planes_rgb8), 6> kChromaPlanes = {
    nullptr, limpid_chroma_planes_rgb8,  limpid_chroma_planes_rgba8,
    nullptr, limpid_chroma_planes_rgb16, limpid_chroma_planes_rgba16};
constexpr std::array<decltype(&limpid_add_luma_rgb8), 6> kAddLuma = {
    limpid_add_luma_gray8,  limpid_add_luma_rgb8,  limpid_add_luma_rgba8,
    limpid_add_luma_gray16, limpid_add_luma_rgb16, limpid_add_luma_rgba16};
constexpr std::array<decltype(&limpid_add_colour_rgb8), 6> kAddColour = {
    nullptr, limpid_add_colour_rgb8,  limpid_add_colour_rgba8,
    nullptr, limpid_add_colour_rgb16, limpid_add_colour_rgba16};

/// Samples that a DCT pass reads beyond its output, on every side.
constexpr int kReach = 7;
/// Rows a DCT kernel does at a time, so that its planes stay in the second-level cache. 32 take 8 %
/// longer, 96 and 128 as long but for 3 %, with AVX2 on an AMD EPYC; 128 take twice the memory.
constexpr int kDctRows = 64;
constexpr int kMinBandRows = 16;

constexpr RowRange grown(RowRange rows, int by) { return {rows.begin - by, rows.end + by}; }
constexpr int half_up(int size) { return (size + 1) / 2; }

bool is_zero(const ShrinkTable& table) { return table == ShrinkTable{}; }

Status check_table(const ShrinkTable& table) {
    for (const std::int32_t variance : table.variance) {
        if (Status status = check_range(variance, 0, kMaxNoiseVariance, "a variance"); !status) {
            return status;
        }
    }
    for (const std::int16_t threshold : table.threshold) {
        if (Status status = check_range(threshold, 0, 32767, "a threshold"); !status) return status;
    }
    return {};
}

/// A plane before and after both passes.
struct Denoised {
    NoisePlanes before, after;
};

/// Calls `kernel(rows)` for the rows of an output in pieces of kDctRows.
template <class Kernel>
Status in_pieces(RowRange rows, Kernel&& kernel) {
    for (int y = rows.begin; y < rows.end; y += kDctRows) {
        Status done = kernel(RowRange{y, std::min(y + kDctRows, rows.end)});
        if (!done) return done;
    }
    return {};
}

/// 1 when the rows of the image that are even are odd ones of a kernel whose row 0 is `first`.
constexpr int even_rows(int first) { return first & 1; }

/// Both passes over one plane, with blocks that begin in its odd rows and then in its even ones.
/// `wanted` rows, and columns -1 .. width, come out.
Status shrink(Denoised& planes, NoisePlanes& pilot, int plane, int width, RowRange wanted,
              const ShrinkTable& table) {
    Status first = in_pieces(grown(wanted, kReach), [&](RowRange rows) {
        KernelBuffer source(planes.before.all(plane, rows.begin)), threshold(table.threshold, 8);
        KernelBuffer target(pilot.tiles(plane, -1 - kReach, width + 2 * (1 + kReach), rows));
        const int odd = 1 - even_rows(rows.begin);
        return run_kernel(
            [&] { return limpid_dct_threshold_plane(source, threshold, odd, target); });
    });
    if (!first) return first;
    std::array<float, 64> powers{};
    std::ranges::transform(table.variance, powers.begin(),
                           [](std::int32_t v) { return static_cast<float>(v); });
    return in_pieces(wanted, [&](RowRange rows) {
        KernelBuffer source(planes.before.all(plane, rows.begin)), variance(powers, 8);
        KernelBuffer guide(pilot.all(plane, rows.begin));
        KernelBuffer target(planes.after.tiles(plane, -1, width + 2, rows));
        const int odd = even_rows(rows.begin);
        return run_kernel(
            [&] { return limpid_dct_wiener_plane(source, guide, variance, odd, target); });
    });
}

/// Denoises rows of one image.
class BandDenoiser {
public:
    BandDenoiser(const InputStrip& input, int image_width, const DenoiseParams& params)
        : input_(input),
          width_(image_width),
          format_(static_cast<std::size_t>(input.rows.format)),
          params_(params) {}

    [[nodiscard]] Status operator()(const OutputStrip& output) const {
        const RowRange rows = rows_of(output);
        Denoised luma, chroma;
        if (!is_zero(params_.luma)) {
            if (Status status = denoise_luma(rows, luma); !status) return status;
        }
        if (!has_chroma()) {
            KernelBuffer source(input_), before(luma.before.all(0)), after(luma.after.all(0));
            KernelBuffer target(output);
            return run_kernel([&] { return kAddLuma[format_](source, before, after, target); });
        }
        if (Status status = denoise_chroma(rows, chroma); !status) return status;
        return add_colour(luma, chroma, output);
    }

private:
    [[nodiscard]] bool has_chroma() const {
        return channels(input_.rows.format) > 1 &&
               (!is_zero(params_.chroma) || params_.chroma_coring != 0);
    }

    [[nodiscard]] Status denoise_luma(RowRange rows, Denoised& luma) const {
        const int columns = input_.rows.width_px;
        NoisePlanes pilot;
        Status ready = first_failure(luma.before.allocate(1, columns, grown(rows, 2 * kReach)),
                                     pilot.allocate(1, columns, grown(rows, kReach)),
                                     luma.after.allocate(1, columns, rows));
        if (!ready) return ready;
        KernelBuffer source(input_);
        KernelBuffer plane(luma.before.image_rows(columns, input_.image_height_px));
        Status split = run_kernel([&] { return kLumaPlane[format_](source, plane); });
        if (!split) return split;
        luma.before.reflect(width_, input_.image_height_px);
        return shrink(luma, pilot, 0, width_, rows, params_.luma);
    }

    [[nodiscard]] Status denoise_chroma(RowRange rows, Denoised& chroma) const {
        const int columns = half_up(input_.rows.width_px);
        const int width = half_up(width_), height = half_up(input_.image_height_px);
        // A pixel is interpolated from the row it lies in and the one above or below.
        const RowRange wanted = {rows.begin / 2 - 1, (rows.end - 1) / 2 + 2};
        NoisePlanes pilot;
        Status ready = first_failure(chroma.before.allocate(2, columns, grown(wanted, 2 * kReach)),
                                     pilot.allocate(2, columns, grown(wanted, kReach)),
                                     chroma.after.allocate(2, columns, wanted));
        if (!ready) return ready;
        KernelBuffer source(input_), planes(chroma.before.image_rows(columns, height));
        Status split = run_kernel(
            [&] { return kChromaPlanes[format_](source, width_, input_.image_height_px, planes); });
        if (!split) return split;
        chroma.before.reflect(width, height);
        return first_failure(shrink(chroma, pilot, 0, width, wanted, params_.chroma),
                             shrink(chroma, pilot, 1, width, wanted, params_.chroma));
    }

    [[nodiscard]] Status add_colour(const Denoised& luma, const Denoised& chroma,
                                    const OutputStrip& output) const {
        const RowRange rows = rows_of(output);
        SignedPlanes luma_before, luma_after;
        NoisePlanes same;  // one row stands for a plane that does not change
        if (is_zero(params_.luma)) {
            Status ready = same.allocate(1, input_.rows.width_px, {0, 1});
            if (!ready) return ready;
            luma_before = same.all(0);
            luma_before.first_row = rows.begin;
            luma_before.rows = rows.count();
            luma_before.row_stride = 0;
            luma_after = luma_before;
        } else {
            luma_before = luma.before.all(0);
            luma_after = luma.after.all(0);
        }
        KernelBuffer source(input_), y0(luma_before), y1(luma_after), c0(chroma.before.all());
        KernelBuffer c1(chroma.after.all()), target(output);
        return run_kernel([&] {
            return kAddColour[format_](source, y0, y1, c0, c1, params_.chroma_coring, target);
        });
    }

    InputStrip input_;
    int width_;
    std::size_t format_;
    const DenoiseParams& params_;
};

/// Rows that fit kDenoiseScratchBytes: three luma planes, and three pairs of chroma planes of a
/// quarter of the samples each, are 9 bytes a pixel.
int band_rows(int width) {
    constexpr std::int64_t kBytesPerPixel = 9;
    const std::int64_t row_bytes = kBytesPerPixel * (width + 2 * kPlaneMargin + kPlaneTile);
    const std::int64_t rows = kDenoiseScratchBytes / row_bytes - 2 * kDenoiseHaloRows;
    return static_cast<int>(std::clamp<std::int64_t>(rows, kMinBandRows, 65535));
}

}  // namespace

RowRange denoise_input_rows(RowRange output_rows, int image_height_px) noexcept {
    return {std::max(output_rows.begin - kDenoiseHaloRows, 0),
            std::min(output_rows.end + kDenoiseHaloRows, image_height_px)};
}

Status denoise(const InputStrip& input, const DenoiseParams& params, const OutputStrip& output) {
    if (Status image = check_input(input); !image) return image;
    const PixelFormat format = input.rows.format;
    const int width = input.rows.width_px;
    const int height = input.image_height_px;
    if (Status shape = check_output(output, format, width, height, input.rows, "the output");
        !shape) {
        return shape;
    }
    const RowRange all = rows_of(output);
    Status rest = first_failure(check_rows_at_hand(input, denoise_input_rows(all, height)),
                                check_table(params.luma), check_table(params.chroma),
                                check_range(params.chroma_coring, 0, kMaxCoring, "chroma_coring"));
    if (!rest) return rest;

    const bool grey = channels(format) == 1;
    if (is_zero(params.luma) && (grey || (is_zero(params.chroma) && params.chroma_coring == 0))) {
        const RowRange local = {all.begin - input.first_row, all.end - input.first_row};
        copy_rows(strip(input.rows, local).rows, output.rows);
        return {};
    }
    return at_least_tile_wide(
        input, output, [&](RowRange rows) { return denoise_input_rows(rows, height); },
        [&](const InputStrip& in, const OutputStrip& out) {
            const BandDenoiser denoise_band(in, width, params);
            const int step = band_rows(in.rows.width_px);
            for (int y = 0; y < out.rows.height_px; y += step) {
                const RowRange rows = {y, std::min(y + step, out.rows.height_px)};
                OutputStrip band = strip(out.rows, rows);
                band.first_row += out.first_row;
                if (Status done = denoise_band(band); !done) return done;
            }
            return Status{};
        });
}

}  // namespace limpid::kernels
