#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel_colour_gray16.h"
#include "kernel_colour_gray8.h"
#include "kernel_colour_rgb16.h"
#include "kernel_colour_rgb8.h"
#include "kernel_colour_rgba16.h"
#include "kernel_colour_rgba8.h"
#include "kernels/colour.hpp"
#include "kernels/dither_tile.hpp"
#include "kernels/halide_runtime.hpp"
#include "kernels/kernels.hpp"
#include "kernels/narrow.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {
namespace {

using ColourKernel = decltype(&limpid_colour_rgb8);

// By PixelFormat.
constexpr std::array<ColourKernel, 6> kColourKernels = {limpid_colour_gray8, limpid_colour_rgb8,
                                                        limpid_colour_rgba8, limpid_colour_gray16,
                                                        limpid_colour_rgb16, limpid_colour_rgba16};

constexpr int kGridFields = 4;
constexpr int kMaxGridRows = 16384;
constexpr int kMaxGridNodes = 4098;  // 65535 pixels

Status check_tables(std::span<const std::uint16_t> tables, PixelFormat format) {
    const bool wide = bytes_per_sample(format) == 2;
    const std::size_t count = channels(format) == 1 ? 1 : 3;
    const std::size_t needed = count * (wide ? 65536 : 256);
    if (tables.size() != needed) {
        return fail(ErrorCode::argument_invalid, "tables of " + std::to_string(tables.size()) +
                                                     " entries; needed " + std::to_string(needed));
    }
    if (wide) return {};
    return check_range(*std::max_element(tables.begin(), tables.end()), 0, kColourScale8,
                       "a table entry");
}

Status check_grid(const ColourParams& params, const InputStrip& input) {
    if (!params.haze && !params.local_tone) return {};
    if (params.grid == nullptr) return fail(ErrorCode::argument_invalid, "no grid");
    const LocalGrid& grid = *params.grid;
    // The kernel computes the place of a row in 32 bits.
    constexpr int kMaxPlace = kMaxGridRows << 16;
    const int least_nodes = grid_nodes(input.rows.width_px);
    Status range = first_failure(
        check_range(grid.rows, 1, kMaxGridRows, "grid rows"),
        check_range(grid.nodes, least_nodes, kMaxGridNodes, "grid nodes"),
        check_range(grid.row_step_q16, 0, kMaxPlace / input.image_height_px, "the grid's row step"),
        check_range(grid.row_offset_q16, -kMaxPlace, kMaxPlace, "the grid's row offset"));
    if (!range) return range;
    const std::size_t needed = std::size_t{kGridFields} * static_cast<std::size_t>(grid.nodes) *
                               static_cast<std::size_t>(grid.rows);
    if (grid.values.size() == needed) return {};
    return fail(ErrorCode::argument_invalid, "a grid of " + std::to_string(grid.values.size()) +
                                                 " values; needed " + std::to_string(needed));
}

Status check_haze(const HazeParams& haze, int full_scale) {
    return first_failure(check_range(haze.red, 0, full_scale, "airlight red"),
                         check_range(haze.green, 0, full_scale, "airlight green"),
                         check_range(haze.blue, 0, full_scale, "airlight blue"));
}

Status check_tone(const LocalToneParams& tone) {
    return first_failure(
        check_range(tone.shadows_q14, kMinToneQ14, kMaxToneQ14, "shadows_q14"),
        check_range(tone.highlights_q14, kMinToneQ14, kMaxToneQ14, "highlights_q14"),
        check_range(tone.local_contrast_q15, -kOneQ15, kOneQ15, "local_contrast_q15"));
}

Status check_amounts(const ColourParams& params, PixelFormat format) {
    const int full_scale = bytes_per_sample(format) == 2 ? kColourScale16 : kColourScale8;
    const MemoryColourParams& memory = params.memory_colours;
    return first_failure(
        check_range(params.vibrance_q15, -kMaxVibranceQ15, kMaxVibranceQ15, "vibrance_q15"),
        check_range(params.skin_protection_q15, 0, kOneQ15, "skin_protection_q15"),
        check_range(memory.skin_q15, 0, kOneQ15, "skin_q15"),
        check_range(memory.sky_q15, 0, kOneQ15, "sky_q15"),
        check_range(memory.foliage_q15, 0, kOneQ15, "foliage_q15"),
        params.haze ? check_haze(*params.haze, full_scale) : Status{},
        params.local_tone ? check_tone(*params.local_tone) : Status{});
}

/// What the kernel is given when it has no use for a grid: one row of the fewest nodes. It reads
/// them in whole vectors, and checks that these are there.
constexpr int kFewestNodes = grid_nodes(1);
constexpr std::array<std::int16_t, std::size_t{kFewestNodes} * kGridFields> kNoGridValues{};
constexpr LocalGrid kNoGrid = {kNoGridValues, kFewestNodes, 1, 0, 0};

using PackedTables = std::array<std::uint64_t, std::size_t{3} * 256>;

/// For RGB of 8 bits: an entry of channel c lies in bits 16 c .. 16 c + 15.
PackedTables pack_tables(std::span<const std::uint16_t> tables) {
    PackedTables packed{};
    for (std::size_t i = 0; i < packed.size(); ++i) {
        packed[i] = std::uint64_t{tables[i]} << (16 * (i / 256));
    }
    return packed;
}

int run_colour(const InputStrip& input, const ColourParams& params, const OutputStrip& output) {
    const PixelFormat format = input.rows.format;
    const bool needs_grid = params.haze || params.local_tone;
    const LocalGrid& grid = needs_grid ? *params.grid : kNoGrid;
    const HazeParams haze = params.haze.value_or(HazeParams{});
    const LocalToneParams tone = params.local_tone.value_or(LocalToneParams{});
    const MemoryColourParams& memory = params.memory_colours;
    // What the kernel leaves out then would change nothing.
    const bool use_tone = tone.shadows_q14 != 0 || tone.highlights_q14 != 0;
    const bool use_memory = memory.skin_q15 != 0 || memory.sky_q15 != 0 || memory.foliage_q15 != 0;
    const bool has_vibrance = params.vibrance_q15 != 0;
    const int skin_protection_q15 = has_vibrance ? params.skin_protection_q15 : 0;

    KernelBuffer source(input), target(output);
    const bool wide = bytes_per_sample(format) == 2;
    const bool packs = !wide && channels(format) != 1;
    const PackedTables packed = packs ? pack_tables(params.tables) : PackedTables{};
    KernelBuffer plain_tables(params.tables, wide ? 65536 : 256), packed_tables(packed, 256);
    KernelBuffer nodes(grid.values, grid.nodes, kGridFields);
    KernelBuffer thresholds(dither_tile(), kDitherSide);
    return kColourKernels[static_cast<std::size_t>(format)](
        source, packs ? packed_tables : plain_tables, nodes, grid.row_step_q16, grid.row_offset_q16,
        params.haze.has_value(), haze.red, haze.green, haze.blue, params.local_tone.has_value(),
        use_tone, tone.shadows_q14, tone.highlights_q14, tone.local_contrast_q15,
        use_memory || has_vibrance, params.vibrance_q15, skin_protection_q15, use_memory,
        memory.skin_q15, memory.sky_q15, memory.foliage_q15, params.dither, thresholds, target);
}

}  // namespace

Status colour(const InputStrip& input, const ColourParams& params, const OutputStrip& output) {
    if (Status image = check_input(input); !image) return image;
    const PixelFormat format = input.rows.format;
    if (Status shape = check_output(output, format, input.rows.width_px, input.image_height_px,
                                    input.rows, "the output");
        !shape) {
        return shape;
    }
    Status rest = first_failure(check_rows_at_hand(input, rows_of(output)),
                                check_tables(params.tables, format), check_amounts(params, format),
                                check_grid(params, input));
    if (!rest) return rest;
    return at_least_tile_wide(
        input, output, [](RowRange rows) { return rows; },
        [&](const InputStrip& in, const OutputStrip& out) {
            return run_kernel([&] { return run_colour(in, params, out); });
        });
}

}  // namespace limpid::kernels
