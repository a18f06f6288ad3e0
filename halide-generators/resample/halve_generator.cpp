// Half of the columns, with one row of twelve weights for all of them: what resample_generator.cpp
// does where a picture shrinks to half its width with Lanczos3, bit for bit, in a fifth of its
// time. Row strips of any height, and bands of columns.
//
// Meaning, for output sample (x, y) of a channel, with u, S1, R1, S2, R2 and the last line of
// resample_generator.cpp, and W = weights in 1/16384 (each row of the table sums to 16384):
//   m(x', y)    = sat16((sum over k < 12 of Wy(k, y) u(x', fy(y) + k) + R1) >> S1)
//   v           = (sum over k < 12 of Wx(k) m(2 x + shift - 5 + k, y) + R2) >> S2
// where the columns of m continue with the first and the last beyond the ends: that is what
// resample_axis() does to the weights there. A tap of a row that has no weight is multiplied by 0.
// Identity: none, it halves.
//
// The ranges are those of resample_generator.cpp.

#include "Halide.h"
#include "common/fixed_point.h"
#include "common/kernel.h"

namespace {

using namespace Halide;
using namespace limpid::generators;
using Halide::ConciseCasts::i16;
using Halide::ConciseCasts::i16_sat;
using Halide::ConciseCasts::i32;
using Halide::ConciseCasts::u8_sat;

class Halve : public Kernel<Halve> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 2>> input{"input"};  // (x * channels + c, y), u8 or u16
    // From twice the output's first column back to the input's, where neither is the picture's.
    Input<int32_t> shift{"shift"};
    Input<Buffer<int16_t, 1>> weights_x{"weights_x"};  // (k)
    // For every output row: its first tap's row, and its weights. Taps with a weight lie inside.
    Input<Buffer<int32_t, 1>> first_y{"first_y"};
    Input<Buffer<int16_t, 2>> weights_y{"weights_y"};  // (k, y)
    Output<Buffer<void, 3>> output{"output"};          // (c, x, y), at least kTile wide, from 0 on

    void generate() {
        const int n = channels;
        down_ = RDom(0, 2, 0, kTaps / 2, "down");
        along_ = RDom(0, 2, 0, kTaps / 2, "along");
        const auto source = [&](const Expr& offset) {
            const Expr row = clamp(first_y(y) + offset, input.dim(1).min(), input.dim(1).max());
            const Expr sample = input(i, row);
            return wide() ? reinterpret<int16_t>(sample ^ cast<uint16_t>(0x8000)) : i16(sample);
        };
        pair_(which, i, k, y) = mux(which, {source(2 * k), source(2 * k + 1)});
        sum_y_(i, y) = 0;
        sum_y_(i, y) +=
            i32(pair_(down_.x, i, down_.y, y)) * i32(weights_y(2 * down_.y + down_.x, y));
        middle_(i, y) = wide() ? i16_sat((sum_y_(i, y) + (1 << 13)) >> 14)
                               : i16_sat((sum_y_(i, y) + (1 << 7)) >> 8);

        const Expr last = input.dim(0).extent() / n - 1;
        planar_(x, c, y) = middle_(clamp(likely(x + shift), 0, last) * n + c, y);

        const Expr tap = 2 * along_.y + along_.x;
        sum_x_(x, c, y) = 0;
        sum_x_(x, c, y) += i32(planar_(2 * x - 5 + tap, c, y)) * i32(weights_x(tap));
        const Expr narrow = i16_sat((sum_x_(x, c, y) + (1 << 13)) >> 14);
        halved_(x, c, y) = wide() ? reinterpret<uint16_t>(narrow) ^ cast<uint16_t>(0x8000)
                                  : u8_sat((sum_x_(x, c, y) + (1 << 19)) >> 20);
        output(c, x, y) = halved_(x, c, y);
    }

    void constrain() {
        input.dim(0).set_stride(1).set_min(0);
        require_interleaved(output, channels);
        output.dim(1).set_min(0);
        output.dim(2).set_min(0);
        weights_x.dim(0).set_bounds(0, kTaps);
        first_y.dim(0).set_min(0).set_stride(1);
        weights_y.dim(0).set_bounds(0, kTaps).set_stride(1);
        weights_y.dim(1).set_min(0).set_stride(kTaps);
    }

    // Tiles keep the twelve input rows of a row of output in the first-level cache, of which the
    // next row takes ten again.
    // Processor time to halve 12 MP with AVX2 (Zen 3, one thread, medians of 5), without it and
    // with it: grey of 8 bits 24 and 4.9 ms, of 16 bits 21 and 5.8, RGB of 16 bits 46 and 17, RGBA,
    // where the rest is alpha's, of 8 bits 82 and 58, of 16 bits 98 and 78.
    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size<int16_t>());
        output.split(x, tile, x, tuned_tile(kTile), TailStrategy::ShiftInwards)
            .split(x, x, xi, lanes)
            .reorder(xi, c, x, y, tile)
            .unroll(c)
            .vectorize(xi)
            .never_partition(tile, y, x);
        halved_.compute_at(output, x).unroll(c).vectorize(x, lanes);
        sum_x_.compute_at(halved_, c).vectorize(x, lanes);
        pairwise(sum_x_, along_, x, lanes);
        planar_.compute_at(output, y)
            .hoist_storage(output, tile)
            .reorder(c, x)
            .unroll(c)
            .vectorize(x, lanes, TailStrategy::RoundUp);
        middle_.compute_at(output, y)
            .hoist_storage(output, tile)
            .vectorize(i, lanes, TailStrategy::ShiftInwards);
        sum_y_.compute_at(middle_, i).vectorize(i, lanes);
        pairwise(sum_y_, down_, i, lanes);
        pair_.compute_at(sum_y_, down_.y).bound(which, 0, 2).unroll(which).vectorize(i, lanes);
    }

private:
    // Both are also in core/src/kernels/resample.cpp.
    static constexpr int kTile = 128;
    static constexpr int kTaps = 12;

    bool wide() const { return input.type() == UInt(16); }

    /// Two taps at a time: a product of pairs is one instruction everywhere.
    static void pairwise(Func& sum, const RDom& taps, const Var& lane, int lanes) {
        Var outer{"outer"};
        sum.update()
            .split(lane, outer, lane, lanes)
            .reorder(taps.x, lane, taps.y, outer)
            .atomic()
            .vectorize(taps.x)
            .vectorize(lane)
            .unroll(taps.y);
    }

    Var c{"c"}, i{"i"}, k{"k"}, x{"x"}, y{"y"}, xi{"xi"}, which{"which"}, tile{"tile"};
    RDom down_, along_;
    Func pair_{"pair"}, sum_y_{"sum_y"}, middle_{"middle"}, planar_{"planar"}, sum_x_{"sum_x"},
        halved_{"halved"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(Halve, halve)
