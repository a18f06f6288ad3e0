#include "reference.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace limpid::quality {
namespace {

using Block = std::array<double, 64>;

/// Orthonormal DCT matrix, [k][n].
const Block& matrix() {
    static const Block kMatrix = [] {
        Block m{};
        for (std::size_t k = 0; k < 8; ++k) {
            for (std::size_t n = 0; n < 8; ++n) {
                const double angle = static_cast<double>((2 * n + 1) * k) * std::numbers::pi / 16;
                m[8 * k + n] = std::cos(angle) * (k == 0 ? std::sqrt(0.125) : 0.5);
            }
        }
        return m;
    }();
    return kMatrix;
}

/// a b, or with `transposed` a b^T.
Block product(const Block& a, const Block& b, bool transposed) {
    Block out{};
    for (std::size_t i = 0; i < 8; ++i) {
        for (std::size_t k = 0; k < 8; ++k) {
            for (std::size_t j = 0; j < 8; ++j) {
                out[8 * i + j] += a[8 * i + k] * (transposed ? b[8 * j + k] : b[8 * k + j]);
            }
        }
    }
    return out;
}

Block transposed(const Block& a) {
    Block out{};
    for (std::size_t i = 0; i < 64; ++i) out[i] = a[i % 8 * 8 + i / 8];
    return out;
}

Block forward(const Block& x) { return product(product(matrix(), x, false), matrix(), true); }
Block inverse(const Block& x) {
    return product(product(transposed(matrix()), x, false), matrix(), false);
}

/// An image continued by reflection.
class Continued {
public:
    Continued(const std::vector<double>& image, int width, int height)
        : image_(image), width_(width), height_(height) {}
    [[nodiscard]] Block block(int left, int top) const {
        Block out{};
        for (int i = 0; i < 64; ++i) {
            const int x = inside(left + i % 8, width_), y = inside(top + i / 8, height_);
            out[static_cast<std::size_t>(i)] = image_[static_cast<std::size_t>(y * width_ + x)];
        }
        return out;
    }

private:
    static int inside(int i, int count) {
        while (i < 0 || i >= count) i = i < 0 ? -1 - i : 2 * count - 1 - i;
        return i;
    }
    const std::vector<double>& image_;
    int width_, height_;
};

/// Mean of the blocks that `estimate(left, top)` gives, for every second row from `first` on.
template <class Estimate>
std::vector<double> aggregate(int width, int height, int first, Estimate&& estimate) {
    std::vector<double> sum(static_cast<std::size_t>(width * height));
    for (int top = first; top < height; top += 2) {
        for (int left = -7; left < width; ++left) {
            const Block block = estimate(left, top);
            for (int i = 0; i < 64; ++i) {
                const int x = left + i % 8, y = top + i / 8;
                if (x < 0 || y < 0 || x >= width || y >= height) continue;
                sum[static_cast<std::size_t>(y * width + x)] +=
                    block[static_cast<std::size_t>(i)] / 32;
            }
        }
    }
    return sum;
}

}  // namespace

std::vector<double> denoise_in_doubles(const std::vector<double>& image, int width, int height,
                                       double sigma) {
    const Continued noisy(image, width, height);
    const std::vector<double> pilot_image = aggregate(width, height, -7, [&](int left, int top) {
        Block block = forward(noisy.block(left, top));
        for (std::size_t i = 1; i < 64; ++i) {
            if (std::abs(block[i]) <= 2.7 * sigma) block[i] = 0;
        }
        return inverse(block);
    });
    const Continued pilot(pilot_image, width, height);
    return aggregate(width, height, -6, [&](int left, int top) {
        Block block = forward(noisy.block(left, top));
        const Block signal = forward(pilot.block(left, top));
        for (std::size_t i = 1; i < 64; ++i) {
            const double power = signal[i] * signal[i];
            block[i] *= power / (power + 0.83 * sigma * sigma);
        }
        return inverse(block);
    });
}

}  // namespace limpid::quality
