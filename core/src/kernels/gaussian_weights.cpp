#include "kernels/gaussian_weights.hpp"

#include <cmath>
#include <cstddef>
#include <string>

namespace limpid::kernels {
namespace {

/// e to the power of -x, for 0 <= x <= 90. The Taylor series of x / 128 (remainder below 1e-17),
/// then seven squarings: only operations that every target rounds alike.
double exp_of_minus(double x) {
    constexpr int kSquarings = 7;
    const double small = -x / (1 << kSquarings);
    double sum = 1.0;
    for (int n = 14; n >= 1; n--) sum = 1.0 + small * sum / n;
    for (int i = 0; i < kSquarings; i++) sum = sum * sum;
    return sum;
}

}  // namespace

Result<BlurWeights> gaussian_weights(double radius_px) {
    if (!(radius_px >= kMinRadiusPx && radius_px <= kMaxRadiusPx)) {
        return fail(ErrorCode::argument_invalid, "the blur radius is outside 0.3 to 2.0 px");
    }
    double taps[5] = {};
    double total = 0.0;
    for (int i = 0; i <= 4; i++) {
        taps[i] = exp_of_minus(i * i / (2.0 * radius_px * radius_px));
        total += i == 0 ? taps[i] : 2.0 * taps[i];
    }
    BlurWeights weights{};
    int rest = kBlurWeightSum;
    for (std::size_t i = 1; i <= 4; i++) {
        const int weight = static_cast<int>(std::floor(taps[i] / total * kBlurWeightSum + 0.5));
        weights[i] = static_cast<std::uint16_t>(weight);
        rest -= 2 * weight;
    }
    // The centre takes what rounding left over, at most 4 either way.
    weights[0] = static_cast<std::uint16_t>(rest);
    return weights;
}

}  // namespace limpid::kernels
