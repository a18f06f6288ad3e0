// Three-dimensional look-up table with tetrahedral interpolation. Row strips of any height.
//
// The lattice has N points a side and holds, per point and channel, how much it adds to the colour
// at that point: D = (table value - identity value) in 2/65535. So a table that changes
// nothing is all zeros, and returns the input bit for bit. All divisions floor.
//   V          = 257 v for 8 bits, v for 16 bits                        0 .. 65535
//   i          = min(V (N - 1) / 65535, N - 2)                          lattice cell, per channel
//   f          = (V (N - 1) - 65535 i + 1) / 2                          place in the cell, 0 ..
//   32768 The path from corner (0, 0, 0) of the cell to (1, 1, 1) takes the axes in falling order
//   of f: f1 >= f2 >= f3, corners P0 .. P3, of which P1 is one step along the axis of f1. S = D(P0)
//   (32768 - f1) + D(P1) (f1 - f2) + D(P2) (f2 - f3) + D(P3) f3 out        = clamp(V + ((S + 8192)
//   >> 14), 0, 65535), for 8 bits (out + 128) / 257
// Axes of equal f may be taken in either order: the corner between them has weight 0.
// Alpha is copied. |S| <= 2^30.
//
// Source of the interpolation: Sakamoto and Itooka, US patent 4,275,413 (1981, expired).

#include "Halide.h"
#include "common/fixed_point.h"
#include "common/kernel.h"

namespace {

using namespace Halide;
using Halide::ConciseCasts::i32;
using namespace limpid::generators;

class Lut3d : public Kernel<Lut3d> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 3 or 4

    Input<Buffer<void, 3>> input{"input"};         // (c, x, y), u8 or u16
    Input<Buffer<int16_t, 2>> lattice{"lattice"};  // (c, red + N green + N^2 blue), D
    Input<int32_t> points{"points"};               // N, 2 .. 65
    Output<Buffer<void, 3>> output{"output"};      // as input

    void generate() {
        std::vector<Expr> v, cell, f;
        for (int channel = 0; channel < 3; channel++) {
            const Expr sample = i32(input(channel, x, y));
            v.push_back(wide() ? sample : sample * 257);
            // In the narrow units the division is one multiplication on short lanes.
            const int full = wide() ? 65535 : 255;
            const Expr place = cast<uint32_t>(sample * (points - 1));
            cell.push_back(min(i32(place / cast<uint32_t>(full)), points - 2));
            const Expr rest = i32(place) - cell[channel] * full;
            f.push_back(wide() ? (rest + 1) >> 1 : (rest * 257 + 1) >> 1);
        }
        const Expr step[] = {1, points, points * points};
        const Expr f1 = max(f[0], max(f[1], f[2]));
        const Expr f3 = min(f[0], min(f[1], f[2]));
        const Expr f2 = f[0] + f[1] + f[2] - f1 - f3;
        const Expr first = select(f[0] == f1, step[0], f[1] == f1, step[1], step[2]);
        const Expr last = select(f[2] == f3, step[2], f[1] == f3, step[1], step[0]);
        const Expr all = step[0] + step[1] + step[2];
        const Expr p0 = cell[0] + cell[1] * step[1] + cell[2] * step[2];
        // Corner and weight of each of the four.
        path_(x, y) =
            Tuple(p0, p0 + first, p0 + all - last, p0 + all, 32768 - f1, f1 - f2, f2 - f3, f3);

        std::vector<Expr> graded;
        for (int channel = 0; channel < 3; channel++) {
            Expr sum = 8192;
            for (int corner = 0; corner < 4; corner++) {
                const Expr point =
                    unsafe_promise_clamped(path_(x, y)[corner], 0, points * points * points - 1);
                sum += i32(lattice(channel, point)) * path_(x, y)[4 + corner];
            }
            const Expr out = clamp(v[channel] + (sum >> 14), 0, 65535);
            graded.push_back(wide() ? cast<uint16_t>(out)
                                    : cast<uint8_t>(cast<uint32_t>(out + 128) / 257));
        }
        graded_(x, y) = Tuple(graded);
        const Expr sample = mux(c, {graded_(x, y)[0], graded_(x, y)[1], graded_(x, y)[2]});
        output(c, x, y) = channels == 4 ? select(c == 3, input(3, x, y), sample) : sample;
    }

    void constrain() {
        require_interleaved(input, channels);
        require_interleaved(output, channels);
        lattice.dim(0).set_bounds(0, 3).set_stride(1);
        lattice.dim(1).set_bounds(0, points * points * points).set_stride(3);
    }

    void schedule_by_hand() {
        const int lanes = tuned_lanes(8);
        Var xo{"xo"}, xi{"xi"};
        output.reorder(c, x, y)
            .unroll(c)
            .split(x, xo, x, tuned_tile(kTileWidth), TailStrategy::ShiftInwards)
            .split(x, x, xi, lanes)
            .reorder(c, xi, x, xo, y)
            .vectorize(xi);
        graded_.compute_at(output, x).vectorize(x, lanes);
        path_.compute_at(output, x).vectorize(x, lanes);
    }

private:
    bool wide() const { return input.type() == UInt(16); }

    Var c{"c"}, x{"x"}, y{"y"};
    Func path_{"path"}, graded_{"graded"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(Lut3d, lut3d)
