// Histograms of luma, R, G and B of 16-bit pixels: bin = value >> 8, exact counts.
//   luma = (54 R + 183 G + 19 B + 128) >> 8
// Grey: one histogram.

#include "Halide.h"
#include "common/fixed_point.h"
#include "common/kernel.h"

namespace {

using namespace Halide;
using namespace limpid::generators;

class Histogram : public Kernel<Histogram> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1 or 3

    Input<Buffer<uint16_t, 3>> input{"input"};             // (c, x, y)
    Output<Buffer<uint32_t, 2>> histograms{"histograms"};  // (bin, luma | R | G | B)

    void generate() {
        r_ = RDom(0, input.dim(1).extent(), 0, input.dim(2).extent(), "r");
        auto wide = [&](int channel) { return cast<uint32_t>(input(channel, r_.x, r_.y)); };
        Expr value = wide(0);
        if (channels == 3) {
            value = mux(which, {(luma_times_256(wide(0), wide(1), wide(2)) + 128) >> 8, wide(0),
                                wide(1), wide(2)});
        }
        histograms(bin, which) = cast<uint32_t>(0);
        histograms(cast<int32_t>(clamp(value >> 8, 0, 255)), which) += cast<uint32_t>(1);
    }

    void constrain() {
        const int count = channels == 1 ? 1 : 4;
        require_interleaved(input, channels);
        histograms.dim(0).set_bounds(0, 256).set_stride(1);
        histograms.dim(1).set_bounds(0, count).set_stride(256);
    }

    void schedule_by_hand() { histograms.update().reorder(which, r_.x, r_.y).unroll(which); }

private:
    Var bin{"bin"}, which{"which"};
    RDom r_;
};

}  // namespace

HALIDE_REGISTER_GENERATOR(Histogram, histogram)
