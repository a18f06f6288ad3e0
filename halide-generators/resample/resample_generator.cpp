// Separable resampling with weight tables. Every sample by itself: alpha is nothing special here,
// and core/src/kernels gives this kernel premultiplied colours. Row strips of any height.
//
// Meaning, for output sample (x, y) of a channel, with W = weights in 1/16384 (each row of the
// table sums to 16384), taps = 2 pairs, and >> arithmetic:
//   u           = input sample, 8 bits; input sample - 32768, 16 bits
//   m(x', y)    = sat16((sum over k < taps of Wy(k, y) u(x', fy(y) + k) + R1) >> S1)
//   v           = (sum over k < taps of Wx(k, x) m(fx(x) + k, y) + R2) >> S2
//   sample      = clamp(v, 0, 255), or sat16(v) + 32768
//   8 bits:   S1 = 8, R1 = 128 (m has 6 fraction bits), S2 = 20, R2 = 1 << 19
//   16 bits:  S1 = S2 = 14, R1 = R2 = 8192
// A tap whose weight pads a row of the table to an even length is multiplied by 0.
// Identity along an axis: one weight of 16384 at the sample itself.
//
// The sum of the absolute weights of a row must be below 32768: then every sum fits 32 bits
// (2^15 * 2^15), and m of 8 bits fits 16 (255 * 64 * 2 = 32640).

#include "Halide.h"
#include "common/kernel.h"

namespace {

using namespace Halide;
using namespace limpid::generators;
using Halide::ConciseCasts::i16;
using Halide::ConciseCasts::i16_sat;
using Halide::ConciseCasts::i32;
using Halide::ConciseCasts::u8_sat;

class Resample : public Kernel<Resample> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 2>> input{"input"};  // (x * channels + c, y), u8 or u16
    // For every output column: its first tap's column and its weights, and the same for rows. Taps
    // with a weight lie inside the input.
    Input<Buffer<int32_t, 1>> first_x{"first_x"};
    Input<Buffer<int16_t, 2>> weights_x{"weights_x"};  // (k, x)
    Input<Buffer<int32_t, 1>> first_y{"first_y"};
    Input<Buffer<int16_t, 2>> weights_y{"weights_y"};  // (k, y)
    // For every tile of kTile output columns: the first input column it needs, such that
    // [tile_x, tile_x + span) holds all of them and lies inside the input; span is at least 16.
    Input<Buffer<int32_t, 1>> tile_x{"tile_x"};
    Input<int32_t> span{"span"};
    Output<Buffer<void, 2>> output{"output"};  // as input, from (0, 0) on

    void generate() {
        const int n = channels;
        const int rows = tuned_lanes(kLanes);
        // A tile is a group of rows rows times kTile columns. Rows and columns past the output's
        // end repeat its last: they are computed and not stored.
        const Expr row = min(ty * rows + lane, first_y.dim(0).extent() - 1);
        ky_ = RDom(0, weights_y.dim(0).extent() / 2, "ky");
        const Expr column = clamp(tile_x(tx), 0, input.dim(0).extent() / n - span);
        auto source = [&](const Expr& k) {
            const Expr line = clamp(first_y(row) + k, input.dim(1).min(), input.dim(1).max());
            const Expr sample = input(column * n + i, line);
            return wide() ? reinterpret<int16_t>(sample ^ cast<uint16_t>(0x8000)) : i16(sample);
        };
        sum_y_(lane, i, tx, ty) = 0;
        sum_y_(lane, i, tx, ty) += i32(source(2 * ky_)) * i32(weights_y(2 * ky_, row)) +
                                   i32(source(2 * ky_ + 1)) * i32(weights_y(2 * ky_ + 1, row));
        middle_(lane, i, tx, ty) = wide() ? i16_sat((sum_y_(lane, i, tx, ty) + (1 << 13)) >> 14)
                                          : i16_sat((sum_y_(lane, i, tx, ty) + (1 << 7)) >> 8);

        const Expr x = min(tx * kTile + i / n, first_x.dim(0).extent() - 1);
        kx_ = RDom(0, weights_x.dim(0).extent() / 2, "kx");
        const Expr first = first_x(x) - tile_x(tx);
        auto tap = [&](const Expr& k) {
            return i32(middle_(lane, clamp(first + k, 0, span - 1) * n + i % n, tx, ty));
        };
        sum_x_(lane, i, tx, ty) = 0;
        sum_x_(lane, i, tx, ty) += tap(2 * kx_) * i32(weights_x(2 * kx_, x)) +
                                   tap(2 * kx_ + 1) * i32(weights_x(2 * kx_ + 1, x));
        if (wide()) {
            const Expr v = i16_sat((sum_x_(lane, i, tx, ty) + (1 << 13)) >> 14);
            tile_(lane, i, tx, ty) = reinterpret<uint16_t>(v) ^ cast<uint16_t>(0x8000);
        } else {
            tile_(lane, i, tx, ty) = u8_sat((sum_x_(lane, i, tx, ty) + (1 << 19)) >> 20);
        }
        output(i, y) = tile_(y % rows, i % (kTile * n), i / (kTile * n), y / rows);
    }

    void constrain() {
        input.dim(0).set_stride(1).set_min(0);
        output.dim(0).set_stride(1).set_min(0);
        output.dim(1).set_min(0);
        for (auto* table : {&first_x, &first_y, &tile_x}) table->dim(0).set_min(0).set_stride(1);
        for (auto* table : {&weights_x, &weights_y}) {
            table->dim(0).set_min(0).set_stride(1);
            table->dim(1).set_min(0);
        }
    }

    // Rows are the vector's lanes in the horizontal pass, so that its taps are loads of whole
    // vectors and not gathers, whatever the ratio; the price is two transpositions, of which the
    // first is the store of the vertical pass.
    void schedule_by_hand() {
        const int n = channels;
        const int rows = tuned_lanes(kLanes);
        Var ii{"ii"};
        output.split(y, ty, lane, rows, TailStrategy::GuardWithIf)
            .split(i, tx, i, kTile * n, TailStrategy::GuardWithIf)
            .reorder(i, lane, tx, ty);
        tile_.compute_at(output, tx).store_in(MemoryType::Stack).vectorize(lane, rows);
        tile_.bound(lane, 0, rows).bound(i, 0, kTile * n);
        sum_x_.compute_at(tile_, i).vectorize(lane, rows).update().vectorize(lane, rows);
        middle_.compute_at(output, tx)
            .bound(lane, 0, rows)
            .split(i, i, ii, kColumns, TailStrategy::ShiftInwards)
            .reorder(ii, i, lane)
            .vectorize(ii);
        sum_y_.compute_at(middle_, i).vectorize(i, kColumns).update().vectorize(i, kColumns);
    }

private:
    // kTile and the least span, kColumns, are also in core/src/kernels/resample.cpp.
    static constexpr int kTile = 64;
    static constexpr int kLanes = 16;
    static constexpr int kColumns = 16;

    bool wide() const { return input.type() == UInt(16); }

    Var i{"i"}, y{"y"}, lane{"lane"}, tx{"tx"}, ty{"ty"};
    RDom ky_, kx_;
    Func sum_y_{"sum_y"}, middle_{"middle"}, sum_x_{"sum_x"}, tile_{"tile"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(Resample, resample)
