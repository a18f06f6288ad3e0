// Hard thresholding of the 8 x 8 DCT blocks of a plane: first pass of Yu and Sapiro, "DCT image
// denoising: a simple and effective image denoising algorithm", IPOL 2011.
//
// The arithmetic is that of sliding_dct.h and dct8.h with
//   shrink(X, u, v) = X if |X| > threshold[u][v], else 0
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

class DctThreshold : public Kernel<DctThreshold> {
public:
    Input<Buffer<int16_t, 2>> plane{"plane"};          // (x, y), within +-2040
    Input<Buffer<int16_t, 2>> threshold{"threshold"};  // (v, u), 0 .. 32767
    Input<int32_t> odd{"odd"};                    // 1: blocks begin in odd rows, 0: in even ones
    Output<Buffer<int16_t, 2>> output{"output"};  // (x, y), within +-2040

    void generate() {
        blocks_.emplace("plane", plane, get_target());
        const auto shrunk = [&](const Expr& row) {
            Lane8 kept = blocks_->coefficients(row);
            for (int v = 0; v < 8; v++) {
                const Expr keep = cast<int16_t>(abs(kept[v])) > threshold(v, blocks_->u);
                kept[v] = select(keep, kept[v], cast<int16_t>(0));
            }
            return kept;
        };
        aggregate_.emplace(shrunk, output.dim(1).extent(), odd & 1, get_target());
        output(x, y) = aggregate_->mean(x, y);
    }

    void constrain() {
        output.dim(1).set_min(0);
        threshold.dim(0).set_bounds(0, 8);
        threshold.dim(1).set_bounds(0, 8).set_stride(8);
    }

    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size<int16_t>());
        output.split(x, tile, x, tuned_tile(kPlaneTile), TailStrategy::RoundUp)
            .split(x, x, xi, lanes)
            .reorder(xi, x, y, tile)
            .vectorize(xi);
        blocks_->schedule(output, tile, lanes);
        aggregate_->schedule(output, y, tile, lanes);
    }

private:
    Var x{"x"}, y{"y"}, tile{"tile"}, xi{"xi"};
    std::optional<SlidingDct> blocks_;
    std::optional<Aggregate> aggregate_;
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DctThreshold, dct_threshold)
