// Empirical Wiener filter on the 8 x 8 DCT blocks of a plane, with the signal's power taken from a
// pilot, the plane denoised before: second pass of Yu and Sapiro, IPOL 2011.
//
// The arithmetic is that of sliding_dct.h and dct8.h with, X of the plane and P of the pilot,
//   shrink(X, u, v) = X - round(X * variance[u][v] / (P * P + (variance[u][v] + 1)))
// in 32-bit floats, each operation rounded as IEEE 754 says (strict_float forbids contraction), and
// the quotient to the nearest integer, halves to even. The 1 keeps 0 / 0 away and is below the
// rounding of the transforms.
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
    Input<Buffer<int16_t, 2>> plane{"plane"};      // (x, y), within +-2040
    Input<Buffer<int16_t, 2>> pilot{"pilot"};      // (x, y), within +-2040
    Input<Buffer<float, 2>> variance{"variance"};  // (v, u), 0 .. 2^24
    Input<int32_t> odd{"odd"};                     // 1: blocks begin in odd rows, 0: in even ones
    Output<Buffer<int16_t, 2>> output{"output"};   // (x, y), within +-2040

    void generate() {
        noisy_.emplace("plane", plane, get_target());
        pilot_.emplace("pilot", pilot, get_target());
        const auto shrunk = [&](const Expr& row) {
            Lane8 kept = noisy_->coefficients(row);
            const Lane8 signal = pilot_->coefficients(row);
            for (int v = 0; v < 8; v++) {
                const Expr power = variance(v, noisy_->u);
                const Expr noise = widened(kept[v]) * power / (squared(signal[v]) + (power + 1.0f));
                kept[v] = kept[v] - rounded(noise);
            }
            return kept;
        };
        aggregate_.emplace(shrunk, output.dim(1).extent(), odd & 1, get_target());
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
    bool wasm() const { return get_target().arch == Target::WebAssembly; }
    /// Both give the same floats everywhere. For WebAssembly LLVM would take vectors of 16-bit
    /// lanes apart to convert each, which made out half of the pass.
    Expr widened(const Expr& value) const {
        const Expr wide = cast<int32_t>(value);
        return wasm() ? reinterpret<float>(wide + kWord) - 12582912.0f : cast<float>(wide);
    }
    Expr squared(const Expr& value) const {
        if (wasm()) return cast<float>(widening_mul(value, value));
        const Expr wide = widened(value);
        return wide * wide;
    }
    /// Of a magnitude up to 32768. 1.5 * 2^23 leaves no room for a fraction; what is below it in
    /// the float's word is the integer. No conversion is as cheap in WebAssembly.
    static Expr rounded(const Expr& value) {
        return Halide::ConciseCasts::i16_sat(reinterpret<int32_t>(value + 12582912.0f) - kWord);
    }

    /// 12582912.0f, 1.5 * 2^23, as a word.
    static constexpr int kWord = 0x4B400000;

    Var x{"x"}, y{"y"}, tile{"tile"}, xi{"xi"};
    std::optional<SlidingDct> noisy_, pilot_;
    std::optional<Aggregate> aggregate_;
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DctWiener, dct_wiener)
