// The planes that chroma is denoised in, at half size: R - G and B - G in 8ths of an 8-bit step.
// Column x and row y of a plane are the 2 x 2 pixels from (2 x, 2 y) on; at the right and lower
// edge of an image with odd sides its last column and row count twice.
//   s       = sum over the four pixels of R - G (k = 0) or B - G (k = 1)
//   8 bits    plane = 2 s
//   16 bits   plane = (s - (s >> 8) + 64) >> 7
// >> is arithmetic. Identity: none, it is another representation.

#include "Halide.h"
#include "common/kernel.h"
#include "noise/planes.h"

namespace {

using namespace Halide;
using namespace limpid::generators;

class ChromaPlanes : public Kernel<ChromaPlanes> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 3 or 4

    Input<Buffer<void, 3>> input{"input"};        // (c, x, y), u8 or u16
    Input<int32_t> image_width{"image_width"};    // pixels
    Input<int32_t> image_height{"image_height"};  // rows of the whole image
    Output<Buffer<int16_t, 3>> output{"output"};  // (x, y, k), within +-2040

    void generate() {
        const bool wide = input.type() == UInt(16);
        const Type type = wide ? Int(32) : Int(16);
        auto sum_of = [&](int c) {
            Expr sum = cast(type, 0);
            for (int i = 0; i < 4; i++) {
                const Expr column = min(likely(2 * x + i % 2), image_width - 1);
                const Expr row = min(2 * y + i / 2, image_height - 1);
                sum += cast(type, input(c, column, row)) - cast(type, input(1, column, row));
            }
            return wide ? cast<int16_t>((sum - (sum >> 8) + 64) >> 7) : sum * 2;
        };
        output(x, y, k) = mux(k, {sum_of(0), sum_of(2)});
    }

    void constrain() {
        require_interleaved(input, channels);
        output.dim(2).set_bounds(0, 2);
    }

    void schedule_by_hand() {
        output
            .split(x, x, xi, tuned_lanes(natural_vector_size<int16_t>()),
                   TailStrategy::ShiftInwards)
            .reorder(xi, k, x, y)
            .vectorize(xi)
            .unroll(k);
    }

private:
    Var x{"x"}, y{"y"}, k{"k"}, xi{"xi"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(ChromaPlanes, chroma_planes)
