// The plane that luma is denoised in: 16ths of an 8-bit step, centred.
//   8 bits    plane = ((77 R + 150 G + 29 B + 8) >> 4) - 2040, grey: 16 v - 2040
//   16 bits   Y     = (77 R + 150 G + 29 B + 128) >> 8, grey: v
//             plane = ((Y - (Y >> 8)) >> 4) - 2040
// The weights are those of Rec. 601, as in JPEG, in 1/256. Columns and rows are the input's.
// Identity: none, it is another representation.

#include "Halide.h"
#include "common/kernel.h"
#include "noise/planes.h"

namespace {

using namespace Halide;
using namespace limpid::generators;

class LumaPlane : public Kernel<LumaPlane> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 3>> input{"input"};        // (c, x, y), u8 or u16
    Output<Buffer<int16_t, 2>> output{"output"};  // (x, y), within +-2040

    void generate() {
        const bool wide = input.type() == UInt(16);
        const Type type = wide ? UInt(32) : UInt(16);
        auto channel = [&](int c) { return cast(type, input(c, x, y)); };
        const bool grey = channels == 1;
        const Expr sum =
            grey ? channel(0) * 256 : luma601_times_256(channel(0), channel(1), channel(2));
        Expr scaled = (sum + 8) >> 4;
        if (wide) {
            const Expr luma = cast<uint16_t>((sum + 128) >> 8);
            scaled = (luma - (luma >> 8)) >> 4;
        }
        output(x, y) = cast<int16_t>(scaled) - cast<int16_t>(kPlaneLimit);
    }

    void constrain() { require_interleaved(input, channels); }

    void schedule_by_hand() {
        output.vectorize(x, tuned_lanes(natural_vector_size<int16_t>()),
                         TailStrategy::ShiftInwards);
    }

private:
    Var x{"x"}, y{"y"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(LumaPlane, luma_plane)
