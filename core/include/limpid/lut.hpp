#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/decimal.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/limits.hpp"
#include "limpid/run.hpp"

namespace limpid {

/// A colour look-up table, as a .cube file holds it. Plain data.
struct Lut {
    std::string title;
    /// One curve per channel, or a lattice of colours.
    bool is_3d = true;
    /// Along a side: 2..65536 of a curve, 2..65 of a lattice.
    int points = 0;
    /// Input levels of the first and the last point, per channel; 0 is black and 1 white.
    std::array<double, 3> domain_min{0, 0, 0};
    std::array<double, 3> domain_max{1, 1, 1};
    /// Output levels: red, green, blue of each point, the red coordinate changing fastest.
    /// 3 * points values, or 3 * points^3.
    std::vector<double> values;
    friend bool operator==(const Lut&, const Lut&) = default;
};

/// Read a .cube file (Adobe, Cube LUT Specification 1.0): LUT_1D_SIZE or LUT_3D_SIZE, TITLE,
/// DOMAIN_MIN, DOMAIN_MAX, and the common LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE. A file with
/// both a curve and a lattice is refused. Safe for hostile input; numbers are read the same way on
/// every target, whatever the locale.
///
/// @param text  at most limits.max_lut_bytes; a lattice at most limits.max_lut_points a side.
/// @return lut.too_large | lut.malformed | lut.out_of_range, with the line. Thread-safe.
[[nodiscard]] LIMPID_API Result<Lut> parse_cube(std::string_view text, const Limits& limits = {});

/// Check that a table is as documented. @return lut.malformed | lut.out_of_range.
[[nodiscard]] LIMPID_API Status validate(const Lut& lut);

/// Apply a table to the encoded samples. A lattice is interpolated tetrahedrally; one whose domain
/// is not 0..1 is first brought to 65 points over 0..1. Grey images take the luma (Rec. 709) of
/// what the table makes of grey. Alpha is kept.
///
/// @param strength  0..1, between the input and the table's result; 0 returns the input bit for
///                  bit, and so does a table that changes nothing.
/// @return an image of the same size and format; argument.invalid | lut.malformed |
///         lut.out_of_range | memory.exhausted | run.cancelled. Thread-safe.
[[nodiscard]] LIMPID_API Result<Image> apply_lut(const ImageView& pixels, const Lut& lut,
                                                 Decimal strength = {Decimal::kOne},
                                                 const RunOptions& run = {});

}  // namespace limpid
