#pragma once

#include "Halide.h"

/// Arithmetic that more than one kernel is made of. Each is one instruction, or a few, on 16-bit
/// lanes; a formula stands beside it so that a plain C++ twin can be written from the comment.
namespace limpid::generators {

/// Rec. 709 luma weights for gamma-encoded samples, in 1/256; 54 + 183 + 19 == 256.
constexpr int kLumaRed = 54;
constexpr int kLumaGreen = 183;
constexpr int kLumaBlue = 19;
static_assert(kLumaRed + kLumaGreen + kLumaBlue == 256);

/// (a * b + 16384) >> 15 on i16: pmulhrsw, i16x8.q15mulr_sat_s, sqrdmulh.
/// The instructions differ only for -32768 * -32768, which callers must exclude. Halide cannot know
/// that they do, and corrects pmulhrsw with three more instructions; unless the product is written
/// as below, or a factor is a constant, for which the target need not be known.
inline Halide::Expr mul_q15(const Halide::Expr& a, const Halide::Expr& b,
                            const Halide::Target& target = {}) {
    if (target.arch == Halide::Target::X86) {
        return Halide::cast<int16_t>(
            Halide::rounding_shift_right(Halide::widening_mul(a, b), Halide::cast<uint32_t>(15)));
    }
    return Halide::rounding_mul_shift_right(a, b, Halide::cast<uint16_t>(15));
}

/// (a * b + 16384) >> 15 on i32, which must not overflow: |a| <= 65535, |b| <= 32767.
inline Halide::Expr mul_q15_wide(const Halide::Expr& a, const Halide::Expr& b) {
    return (a * b + (1 << 14)) >> 15;
}

/// 54 R + 183 G + 19 B of three values of one type that can hold 256 times the largest.
inline Halide::Expr luma_times_256(const Halide::Expr& r, const Halide::Expr& g,
                                   const Halide::Expr& b) {
    using Halide::cast;
    const Halide::Type type = r.type();
    return cast(type, kLumaRed) * r + cast(type, kLumaGreen) * g + cast(type, kLumaBlue) * b;
}

/// Kernels over interleaved rows work in tiles of this many pixels (what a tile keeps between
/// stages fits the first-level cache) and move the last tile left to end with the row, so they need
/// images at least this wide. core/src/kernels widens narrower ones.
constexpr int kTileWidth = 512;

/// Dimensions (c, x, y) of interleaved pixels with `channels` samples each; rows may be padded.
template <class Port>
void require_interleaved(Port& port, int channels) {
    port.dim(0).set_bounds(0, channels).set_stride(1);
    port.dim(1).set_stride(channels);
}

/// A value of a pixel, stored once for each of its `channels` samples: a consumer that runs over
/// samples then needs neither to take pixels apart nor to put them together again, which costs more
/// than the little arithmetic between.
inline Halide::Func& store_per_sample(Halide::Func& value, const Halide::Var& c,
                                      const Halide::Var& x, const Halide::Var& y, int channels,
                                      int lanes) {
    return value.reorder_storage(c, x, y)
        .bound(c, 0, channels)
        .reorder(c, x, y)
        .unroll(c)
        .vectorize(x, lanes);
}

}  // namespace limpid::generators
