// Empirical Wiener filter on all 8 x 8 DCT blocks of a plane, with the signal's power taken from a
// pilot, the plane denoised before: second pass of Yu and Sapiro, IPOL 2011.
//
// The arithmetic is that of sliding_dct.h and dct8.h with, X of the plane and P of the pilot,
//   power           = P * P + 1
//   shrink(X, u, v) = X * (power / (power + variance[u][v])), to the nearest integer
// in 32-bit floats, each operation rounded as IEEE 754 says (strict_float forbids contraction):
//   (int)(X * (power / (power + variance)) + 32768.5) - 32768
// The 1 keeps 0 / 0 away and is below the rounding of the transforms.
// Rows count from 0, the first of the output. Reads 7 samples beyond it on every side, and columns
// up to the end of the last tile and vector.
// Identity: none, the transforms round; core/src/kernels does not give it planes to be left alone.

#include <optional>

#include "Halide.h"
#include "common/kernel.h"
#include "noise/sliding_dct.h"

namespace {

using namespace Halide;
using namespace limpid::generators;

class DctWiener : public Kernel<DctWiener> {
public:
    Input<Buffer<int16_t, 2>> plane{"plane"};        // (x, y), within +-2040
    Input<Buffer<int16_t, 2>> pilot{"pilot"};        // (x, y), within +-2040
    Input<Buffer<int32_t, 2>> variance{"variance"};  // (v, u), 0 .. 2^24
    Output<Buffer<int16_t, 2>> output{"output"};     // (x, y), within +-2040

    void generate() {
        noisy_.emplace("plane", plane);
        pilot_.emplace("pilot", pilot);
        const auto shrunk = [&](const Expr& row) {
            Lane8 kept = noisy_->coefficients(row);
            const Lane8 signal = pilot_->coefficients(row);
            for (int v = 0; v < 8; v++) {
                const Expr p = widened(signal[v]);
                const Expr power = p * p + 1.0f;
                const Expr gain = power / (power + cast<float>(variance(v, noisy_->u)));
                const Expr product = widened(kept[v]) * gain;
                kept[v] = cast<int16_t>(cast<int32_t>(product + 32768.5f) - 32768);
            }
            return kept;
        };
        aggregate_.emplace(shrunk, output.dim(1).extent());
        output(x, y) = aggregate_->mean(x, y);
    }

    void constrain() {
        output.dim(1).set_min(0);
        variance.dim(0).set_bounds(0, 8);
        variance.dim(1).set_bounds(0, 8).set_stride(8);
    }

    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size<int16_t>());
        output.split(x, tile, x, tuned_tile(kPlaneTile), TailStrategy::RoundUp)
            .split(x, x, xi, lanes)
            .reorder(xi, x, y, tile)
            .vectorize(xi);
        noisy_->schedule(output, tile, lanes);
        pilot_->schedule(output, tile, lanes);
        aggregate_->schedule(output, y, tile, lanes);
    }

private:
    static Expr widened(const Expr& value) { return cast<float>(cast<int32_t>(value)); }

    Var x{"x"}, y{"y"}, tile{"tile"}, xi{"xi"};
    std::optional<SlidingDct> noisy_, pilot_;
    std::optional<Aggregate> aggregate_;
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DctWiener, dct_wiener)
