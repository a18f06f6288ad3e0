#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/halide_runtime.hpp"
#include "kernels/kernels.hpp"
#include "limpid/byte_buffer.hpp"

namespace limpid::kernels {

/// Columns left of the image that a plane has: what two passes of 7, and one for interpolation,
/// read.
inline constexpr int kPlaneMargin = 16;
/// Width of a tile of the DCT kernels, in samples; as in halide-generators/noise/planes.h.
inline constexpr int kPlaneTile = 112;

/// One or two planes of 16-bit samples that denoise() works in, with room around for the DCT
/// blocks that begin or end outside of the image. Samples that nobody wrote are unspecified; they
/// only ever reach samples that nobody looks at.
class NoisePlanes {
public:
    /// @param columns  that kernels may write, from 0 on; more are there on both sides.
    /// @param rows     to hold; may begin above the image and end below.
    /// @return memory.exhausted.
    [[nodiscard]] Status allocate(int count, int columns, RowRange rows);

    [[nodiscard]] RowRange rows() const noexcept { return rows_; }
    /// Continues the image of `width` x `height` samples by reflection about its edges: columns in
    /// the rows inside, then the rows outside.
    void reflect(int width, int height) noexcept;

    /// All planes as (x, y, k), or one as (x, y). Row `row_zero` of the image is their row 0.
    [[nodiscard]] SignedPlanes all() const noexcept;
    [[nodiscard]] SignedPlanes all(int plane, int row_zero = 0) const noexcept;
    /// The rows of the image that are inside.
    [[nodiscard]] SignedPlanes image_rows(int columns, int height) const noexcept;
    /// `wanted` rows, `width` columns from `first_column` on and what makes them whole tiles: the
    /// output of a DCT kernel.
    [[nodiscard]] SignedPlanes tiles(int plane, int first_column, int width,
                                     RowRange wanted) const noexcept;

private:
    [[nodiscard]] std::int16_t* sample(int plane, int x, int y) const noexcept;

    mutable ByteBuffer samples_;
    int count_ = 0;
    int stride_ = 0;
    RowRange rows_;
};

}  // namespace limpid::kernels
