// Gives pixels the luma of a denoised plane: what the plane changed by is added to every channel.
// Planes as of luma_plane_generator.cpp; `before` is the image's own, `after` the denoised one.
//   8 bits    change = (after - before + 8) >> 4
//   16 bits   change = (257 (after - before) + 8) >> 4
//   sample' = clamp(sample + change, 0, full scale); alpha is copied. >> is arithmetic.
// Identity: after == before.

#include "Halide.h"
#include "common/kernel.h"
#include "noise/planes.h"

namespace {

using namespace Halide;
using namespace limpid::generators;
using Halide::ConciseCasts::i16;
using Halide::ConciseCasts::i32;
using Halide::ConciseCasts::u16_sat;
using Halide::ConciseCasts::u8_sat;

class AddLuma : public Kernel<AddLuma> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 3>> input{"input"};       // (c, x, y), u8 or u16
    Input<Buffer<int16_t, 2>> before{"before"};  // (x, y)
    Input<Buffer<int16_t, 2>> after{"after"};    // (x, y)
    Output<Buffer<void, 3>> output{"output"};    // as input

    void generate() {
        const bool wide = input.type() == UInt(16);
        const Expr difference = after(x, y) - before(x, y);
        const Expr step = wide ? (i32(difference) * 257 + 8) >> 4 : (difference + i16(8)) >> 4;
        const Expr none = cast(step.type(), 0);
        change_(c, x, y) = channels == 4 ? select(c == 3, none, step) : step;
        const Expr sample = input(c, x, y);
        output(c, x, y) =
            wide ? u16_sat(i32(sample) + change_(c, x, y)) : u8_sat(i16(sample) + change_(c, x, y));
    }

    void constrain() {
        require_interleaved(input, channels);
        require_interleaved(output, channels);
    }

    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size<int16_t>());
        Var sample{"sample"};
        output.split(x, x, xi, lanes, TailStrategy::ShiftInwards)
            .reorder(c, xi, x, y)
            .fuse(c, xi, sample)
            .vectorize(sample);
        store_per_sample(change_, c, x, y, channels, lanes).compute_at(output, x);
    }

private:
    Var c{"c"}, x{"x"}, y{"y"}, xi{"xi"};
    Func change_{"change"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(AddLuma, add_luma)
