#pragma once

#include <vector>

namespace limpid::quality {

/// The algorithm of kernels::denoise() on a grey image, 0 .. 255, in doubles: hard threshold at
/// 2.7 sigma, then Wiener, over all 8 x 8 blocks; white noise of standard deviation `sigma`.
[[nodiscard]] std::vector<double> denoise_in_doubles(const std::vector<double>& image, int width,
                                                     int height, double sigma);

}  // namespace limpid::quality
