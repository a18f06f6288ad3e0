#include "denoise_twin.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace limpid::testing {
namespace {

using kernels::DenoiseParams;
using kernels::ShrinkTable;
using Lanes = std::array<int, 8>;

int sat16(int v) { return std::clamp(v, -32768, 32767); }
int mul15(int a, int b) { return (a * b + 16384) >> 15; }

/// What 16-bit lanes keep. The kernels promise that nothing is lost.
int lane(int v) { return static_cast<std::int16_t>(v); }

/// cos and sin of k pi / 16, k = 1 .. 3, in 1/32768: halves, then eighths.
constexpr int kC1 = 16069, kS1 = 3196, kC2 = 15137, kS2 = 6270, kC3 = 13623, kS3 = 9102;
constexpr int kC1e = 4017, kS1e = 799, kC2e = 3784, kS2e = 1567, kC3e = 3406, kS3e = 2276;

Lanes forward(const Lanes& x) {
    Lanes s{}, d{};
    for (std::size_t i = 0; i < 4; ++i) {
        s[i] = lane(x[i] + x[7 - i]);
        d[i] = lane(x[i] - x[7 - i]);
    }
    const int t0 = mul15(lane(s[0] + s[3]), 16384), t1 = mul15(lane(s[1] + s[2]), 16384);
    const int t2 = lane(s[1] - s[2]), t3 = lane(s[0] - s[3]);
    const int a = mul15(d[0], kC3) - mul15(d[3], kS3), b = mul15(d[0], kS3) + mul15(d[3], kC3);
    const int e = mul15(d[1], kC1) - mul15(d[2], kS1), f = mul15(d[1], kS1) + mul15(d[2], kC1);
    return {lane(t0 + t1),
            lane(a + f + b + e),
            lane(mul15(t3, kC2) + mul15(t2, kS2)),
            lane(a - f),
            lane(t0 - t1),
            lane(b - e),
            lane(mul15(t3, kS2) - mul15(t2, kC2)),
            lane(a + f - b - e)};
}

Lanes inverse(const Lanes& x, int gain) {
    const int x0 = mul15(x[0], gain * 2048), x4 = mul15(x[4], gain * 2048);
    const int t0 = x0 + x4, t1 = x0 - x4;
    const int t3 = mul15(x[2], gain * kC2e) + mul15(x[6], gain * kS2e);
    const int t2 = mul15(x[2], gain * kS2e) - mul15(x[6], gain * kC2e);
    const int p = sat16(mul15(x[1], 16384) + mul15(x[7], 16384));
    const int q = sat16(mul15(x[1], 16384) - mul15(x[7], 16384));
    const int a = sat16(p + x[3]), f = sat16(p - x[3]), b = sat16(q + x[5]), e = sat16(q - x[5]);
    const Lanes d = {mul15(a, gain * kC3e) + mul15(b, gain * kS3e),
                     mul15(e, gain * kC1e) + mul15(f, gain * kS1e),
                     mul15(f, gain * kC1e) - mul15(e, gain * kS1e),
                     mul15(b, gain * kC3e) - mul15(a, gain * kS3e)};
    const Lanes s = {t0 + t3, t1 + t2, t1 - t2, t0 - t3};
    Lanes out{};
    for (std::size_t i = 0; i < 4; ++i) {
        out[i] = lane(s[i] + d[i]);
        out[7 - i] = lane(s[i] - d[i]);
    }
    return out;
}

/// Values of a rectangle that need not begin at 0.
template <class T>
class Grid {
public:
    Grid(int left, int top, int right, int bottom)
        : left_(left),
          top_(top),
          right_(right),
          bottom_(bottom),
          values_(static_cast<std::size_t>(right - left) * static_cast<std::size_t>(bottom - top)) {
    }
    T& at(int x, int y) {
        return values_.at(static_cast<std::size_t>(y - top_) *
                              static_cast<std::size_t>(right_ - left_) +
                          static_cast<std::size_t>(x - left_));
    }
    const T& at(int x, int y) const { return const_cast<Grid*>(this)->at(x, y); }
    [[nodiscard]] Grid<int> shrunk(int by) const {
        return {left_ + by, top_ + by, right_ - by, bottom_ - by};
    }
    template <class F>
    void for_each(F&& f) {
        for (int y = top_; y < bottom_; ++y) {
            for (int x = left_; x < right_; ++x) f(x, y, at(x, y));
        }
    }
    [[nodiscard]] int left() const { return left_; }
    [[nodiscard]] int top() const { return top_; }
    [[nodiscard]] int right() const { return right_; }
    [[nodiscard]] int bottom() const { return bottom_; }

private:
    int left_, top_, right_, bottom_;
    std::vector<T> values_;
};
using Plane = Grid<int>;
using Block = std::array<Lanes, 8>;  // [u][v]

Block coefficients(const Plane& plane, int x, int y) {
    Block rows{};
    for (std::size_t j = 0; j < 8; ++j) {
        Lanes samples{};
        for (std::size_t i = 0; i < 8; ++i) {
            samples[i] = plane.at(x + static_cast<int>(i), y + static_cast<int>(j));
        }
        const Lanes row = forward(samples);
        for (std::size_t u = 0; u < 8; ++u) rows[u][j] = row[u];
    }
    for (Lanes& column : rows) column = forward(column);
    return rows;
}

/// The mean of the estimates that `shrink(x, y)` gives for the block at (x, y), which begin in odd
/// rows or in even ones.
template <class Shrink>
Plane aggregate(const Plane& plane, bool odd, Shrink&& shrink) {
    Plane out = plane.shrunk(7);
    Grid<Lanes> rows(plane.left(), out.top() - 7, out.right(), plane.bottom());
    for (int y = plane.top(); y < out.bottom(); ++y) {
        if ((y % 2 != 0) != odd) continue;
        for (int x = plane.left(); x < out.right(); ++x) {
            const Block block = shrink(x, y);
            for (std::size_t u = 0; u < 8; ++u) {
                const Lanes estimate = inverse(block[u], 2);
                for (std::size_t j = 0; j < 8; ++j) {
                    int& sum = rows.at(x, y + static_cast<int>(j))[u];
                    sum = sat16(sum + estimate[j]);
                }
            }
        }
    }
    out.for_each([&](int x, int y, int& value) {
        int sum = 2;
        for (int k = 0; k < 8; ++k) {
            sum = lane(sum + inverse(rows.at(x - k, y), 1)[static_cast<std::size_t>(k)]);
        }
        value = std::clamp(sum >> 2, -2040, 2040);
    });
    return out;
}

Plane threshold_pass(const Plane& plane, const ShrinkTable& table) {
    return aggregate(plane, true, [&](int x, int y) {
        Block block = coefficients(plane, x, y);
        for (std::size_t i = 0; i < 64; ++i) {
            int& value = block[i / 8][i % 8];
            if (std::abs(value) <= table.threshold[i]) value = 0;
        }
        return block;
    });
}

Plane wiener_pass(const Plane& plane, const Plane& pilot, const ShrinkTable& table) {
    Plane inside = pilot;
    inside.for_each([&](int x, int y, int& value) { value = plane.at(x, y); });
    return aggregate(inside, false, [&](int x, int y) {
        Block block = coefficients(plane, x, y);
        const Block signal = coefficients(pilot, x, y);
        for (std::size_t i = 0; i < 64; ++i) {
            const auto p = static_cast<float>(signal[i / 8][i % 8]);
            int& value = block[i / 8][i % 8];
            const auto variance = static_cast<float>(table.variance[i]);
            const float squared = p * p, least = variance + 1.0f;
            const float noise = static_cast<float>(value) * variance;
            value -= static_cast<int>(std::nearbyint(noise / (squared + least)));
        }
        return block;
    });
}

int reflected(int i, int count) {
    while (i < 0 || i >= count) i = i < 0 ? -1 - i : 2 * count - 1 - i;
    return i;
}

/// `value(x, y)` for an image of this size, continued by 15 samples on every side.
template <class F>
Plane make_plane(int width, int height, F&& value) {
    Plane plane(-15, -15, width + 15, height + 15);
    plane.for_each(
        [&](int x, int y, int& v) { v = value(reflected(x, width), reflected(y, height)); });
    return plane;
}

struct Passes {
    Plane plane;
    Plane after;
};

Passes both_passes(Plane plane, const ShrinkTable& table) {
    if (table == ShrinkTable{}) return {plane, plane};
    Plane after = wiener_pass(plane, threshold_pass(plane, table), table);
    return {std::move(plane), std::move(after)};
}

class Twin {
public:
    Twin(const TestImage& input, const DenoiseParams& params)
        : input_(input),
          params_(params),
          width_(input.width_px()),
          height_(input.height_px()),
          wide_(bytes_per_sample(input.format()) == 2),
          grey_(channels(input.format()) == 1) {}

    [[nodiscard]] TestImage run() const {
        const Passes luma = both_passes(
            make_plane(width_, height_, [&](int x, int y) { return luma_at(x, y); }), params_.luma);
        TestImage output(input_.format(), width_, height_);
        const auto change = [&](int x, int y) {
            const int difference = luma.after.at(x, y) - luma.plane.at(x, y);
            return (difference * (wide_ ? 257 : 1) + 8) >> 4;
        };
        if (grey_) {
            each_pixel(
                [&](int x, int y) { set(output, x, y, 0, input_.get(x, y, 0) + change(x, y)); });
            return output;
        }
        const Passes u = chroma(0), v = chroma(2);
        each_pixel([&](int x, int y) {
            const int g = input_.get(x, y, 1);
            const int old_u = input_.get(x, y, 0) - g, old_v = input_.get(x, y, 2) - g;
            const int new_u = denoised(u, old_u, x, y), new_v = denoised(v, old_v, x, y);
            const int new_g = g + share(old_u, old_v) - share(new_u, new_v) + change(x, y);
            set(output, x, y, 0, new_g + new_u);
            set(output, x, y, 1, new_g);
            set(output, x, y, 2, new_g + new_v);
            if (has_alpha(input_.format())) output.set(x, y, 3, input_.get(x, y, 3));
        });
        return output;
    }

private:
    template <class F>
    void each_pixel(F&& f) const {
        for (int y = 0; y < height_; ++y) {
            for (int x = 0; x < width_; ++x) f(x, y);
        }
    }
    void set(TestImage& image, int x, int y, int c, int value) const {
        image.set(x, y, c, std::clamp(value, 0, input_.max_value()));
    }
    static int share(int u, int v) { return (77 * u + 29 * v + 128) >> 8; }

    [[nodiscard]] int luma_at(int x, int y) const {
        const int sum =
            grey_ ? 256 * input_.get(x, y, 0)
                  : 77 * input_.get(x, y, 0) + 150 * input_.get(x, y, 1) + 29 * input_.get(x, y, 2);
        if (!wide_) return ((sum + 8) >> 4) - 2040;
        const int luma = (sum + 128) >> 8;
        return ((luma - (luma >> 8)) >> 4) - 2040;
    }

    [[nodiscard]] Passes chroma(int channel) const {
        const auto sum = [&](int x, int y) {
            int s = 0;
            for (int i = 0; i < 4; ++i) {
                const int column = std::min(2 * x + i % 2, width_ - 1);
                const int row = std::min(2 * y + i / 2, height_ - 1);
                s += input_.get(column, row, channel) - input_.get(column, row, 1);
            }
            return wide_ ? (s - (s >> 8) + 64) >> 7 : 2 * s;
        };
        return both_passes(make_plane((width_ + 1) / 2, (height_ + 1) / 2, sum), params_.chroma);
    }

    static int up(const Plane& plane, int x, int y) {
        const auto down = [&](int column) {
            const int near = plane.at(column, y >> 1);
            const int far = plane.at(column, (y >> 1) + (y % 2 == 1 ? 1 : -1));
            return (3 * near + far + 2) >> 2;
        };
        return (3 * down(x >> 1) + down((x >> 1) + (x % 2 == 1 ? 1 : -1)) + 2) >> 2;
    }

    [[nodiscard]] int denoised(const Passes& c, int difference, int x, int y) const {
        const int before = up(c.plane, x, y), after = up(c.after, x, y);
        int change = 0;
        if (wide_) {
            const int t = (257 * params_.chroma_coring) >> 3;
            const int fine = difference - ((257 * before) >> 3);
            const int r = std::min(t, 32);
            change =
                ((257 * (after - before)) >> 3) - std::clamp(fine, -t, t) + std::clamp(fine, -r, r);
        } else {
            const int t = params_.chroma_coring;
            change = (after - before - std::clamp(8 * difference - before, -t, t) + 4) >> 3;
        }
        return std::clamp(difference + change, -input_.max_value(), input_.max_value());
    }

    const TestImage& input_;
    const DenoiseParams& params_;
    int width_;
    int height_;
    bool wide_;
    bool grey_;
};

}  // namespace

TestImage denoise_twin(const TestImage& input, const DenoiseParams& params) {
    return Twin(input, params).run();
}

}  // namespace limpid::testing
