#include "kernels/resample_weights.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

namespace limpid::kernels {
namespace {

/// So many values are computed together: the divisions of one would wait for each other. The axes
/// of 4000 x 3000 to 2000 x 1500 took 4.4 ms with one value at a time, of 20 for the whole picture.
constexpr std::size_t kBatch = 8;
using Batch = std::array<double, kBatch>;

/// sin(pi x). Reduced to |t| <= 1/2, then Taylor's series to t^23: the first term left out is below
/// 4e-21, so the error is that of rounding, some 1e-16. Exactly 0 at integers.
Batch sin_pi(const Batch& x) {
    Batch nearest{}, t{}, sum{}, result{};
    for (std::size_t i = 0; i < kBatch; ++i) {
        nearest[i] = std::floor(x[i] + 0.5);
        t[i] = (x[i] - nearest[i]) * 3.14159265358979323846;
    }
    sum.fill(1.0);
    for (int n = 22; n >= 2; n -= 2) {
        for (std::size_t i = 0; i < kBatch; ++i) {
            sum[i] = 1.0 - t[i] * t[i] * sum[i] / (n * (n + 1.0));
        }
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
        const bool odd = nearest[i] - 2.0 * std::floor(nearest[i] * 0.5) != 0.0;
        result[i] = odd ? -t[i] * sum[i] : t[i] * sum[i];
    }
    return result;
}

Batch sinc(const Batch& x) {
    Batch result = sin_pi(x);
    for (std::size_t i = 0; i < kBatch; ++i) {
        result[i] = x[i] == 0.0 ? 1.0 : result[i] / (3.14159265358979323846 * x[i]);
    }
    return result;
}

Batch lanczos3(const Batch& x) {
    Batch third{};
    for (std::size_t i = 0; i < kBatch; ++i) third[i] = x[i] / 3.0;
    const Batch near = sinc(x), window = sinc(third);
    Batch result{};
    for (std::size_t i = 0; i < kBatch; ++i) result[i] = near[i] * window[i];
    return result;
}

/// Costella's coefficients.
double magic_kernel_sharp_2021(double distance) {
    const double x = distance;
    if (x <= 0.5) return 577.0 / 576.0 - 239.0 / 144.0 * x * x;
    if (x <= 1.5) return 35.0 / 36.0 * (x - 1.0) * (x - 239.0 / 140.0);
    if (x <= 2.5) return 1.0 / 6.0 * (x - 2.0) * (65.0 / 24.0 - x);
    if (x <= 3.5) return 1.0 / 36.0 * (x - 3.0) * (x - 15.0 / 4.0);
    if (x <= 4.5) return -1.0 / 288.0 * (x - 4.5) * (x - 4.5);
    return 0.0;
}

Status refuse(const std::string& found) { return fail(ErrorCode::resize_out_of_range, found); }

Status check_axis(int input_length, int output_length, AxisWindow window) {
    constexpr int kMaxSide = 65535;
    if (input_length < 1 || input_length > kMaxSide || output_length < 1 ||
        output_length > kMaxSide) {
        return refuse(std::to_string(input_length) + " to " + std::to_string(output_length) +
                      " px; sides are 1 to 65535");
    }
    const bool inside =
        window.begin >= 0.0 && window.length > 0.0 && window.begin + window.length <= input_length;
    if (!inside) return refuse("the part to resize is not inside the image");
    const bool enlarges_too_much = output_length > window.length * kMaxEnlargement;
    // A side cannot be less than a pixel, so the ratio may round.
    const bool reduces_too_much = (output_length + 1) * double{kMaxReduction} <= window.length;
    if (enlarges_too_much || reduces_too_much) {
        return refuse(std::to_string(static_cast<int>(window.length)) + " to " +
                      std::to_string(output_length) + " px; the ratio is 1/64 to 8");
    }
    return {};
}

ResampleAxis copied_axis(int length) {
    ResampleAxis axis = {length, length, 2, {}, {}};
    for (int i = 0; i < length; ++i) {
        axis.first.push_back(i);
        axis.weights.push_back(kResampleOne);
        axis.weights.push_back(0);
    }
    return axis;
}

/// filter_value() at each of `distances`, none of them negative, put in their place.
void apply_filter(ResizeFilter filter, std::span<double> distances) {
    for (std::size_t begin = 0; begin < distances.size(); begin += kBatch) {
        const auto some = distances.subspan(begin, std::min(kBatch, distances.size() - begin));
        Batch x{}, value{};
        std::ranges::copy(some, x.begin());
        if (filter == ResizeFilter::lanczos3) {
            value = lanczos3(x);
        } else {
            std::ranges::transform(x, value.begin(), magic_kernel_sharp_2021);
        }
        for (std::size_t i = 0; i < some.size(); ++i) {
            some[i] = x[i] < filter_support(filter) ? value[i] : 0.0;
        }
    }
}

/// The input samples around one output sample, those beyond the ends too.
struct Reach {
    int begin = 0;
    int end = 0;
    int last = 0;
    double center = 0;

    /// @param stretch  samples per unit of the filter, at least 1
    static Reach around(ResizeFilter filter, double center, double stretch, int input_length) {
        const double reach = filter_support(filter) * stretch;
        return {static_cast<int>(std::floor(center - reach)) + 1,
                static_cast<int>(std::floor(center + reach)) + 1, input_length - 1, center};
    }
    [[nodiscard]] int first() const noexcept { return std::clamp(begin, 0, last); }
    [[nodiscard]] int count() const noexcept { return std::clamp(end - 1, 0, last) - first() + 1; }
    /// No end is in reach, and all distances are the same: no subtraction here is rounded.
    [[nodiscard]] bool is_like(const Reach& other) const noexcept {
        const double whole = std::floor(center), other_whole = std::floor(other.center);
        return begin >= 0 && other.begin >= 0 && end <= last + 1 && other.end <= last + 1 &&
               center - whole == other.center - other_whole &&
               begin - whole == other.begin - other_whole && end - whole == other.end - other_whole;
    }
};

/// The filter there.
class Taps {
public:
    Taps(ResizeFilter filter, double stretch, const Reach& reach)
        : values_(static_cast<std::size_t>(reach.count())) {
        std::vector<double> filtered;
        filtered.reserve(static_cast<std::size_t>(reach.end - reach.begin));
        for (int i = reach.begin; i < reach.end; ++i) {
            filtered.push_back(std::fabs(i - reach.center) / stretch);
        }
        apply_filter(filter, filtered);
        int i = reach.begin;
        for (const double value : filtered) {
            values_[static_cast<std::size_t>(std::clamp(i++, 0, reach.last) - reach.first())] +=
                value;
            sum_ += value;
        }
    }

    /// Weights that sum to kResampleOne; the rest of `row` is left as it is.
    void quantise(std::span<std::int16_t> row) const {
        double running = 0.0;
        int given = 0;
        for (std::size_t k = 0; k < values_.size(); ++k) {
            running += values_[k] / sum_;
            // At the last tap running is 1 but for rounding in the 16th digit.
            const int total = static_cast<int>(std::floor(running * kResampleOne + 0.5));
            row[k] = static_cast<std::int16_t>(total - given);
            given = total;
        }
    }

private:
    std::vector<double> values_;
    double sum_ = 0.0;
};

}  // namespace

double filter_support(ResizeFilter filter) noexcept {
    return filter == ResizeFilter::lanczos3 ? 3.0 : 4.5;
}

double filter_value(ResizeFilter filter, double x) noexcept {
    double value = std::fabs(x);
    apply_filter(filter, {&value, 1});
    return value;
}

Result<ResampleAxis> resample_axis(int input_length, int output_length, AxisWindow window,
                                   ResizeFilter filter) {
    if (Status valid = check_axis(input_length, output_length, window); !valid) {
        return std::unexpected(std::move(valid).error());
    }
    if (input_length == output_length && window.begin == 0.0 && window.length == input_length) {
        return copied_axis(input_length);
    }
    const double ratio = window.length / output_length;
    const double stretch = std::max(ratio, 1.0);
    const auto reach = [&](int i) {
        return Reach::around(filter, window.begin + (i + 0.5) * ratio - 0.5, stretch, input_length);
    };
    // Of simple ratios, such as 2 or 2/5, the weights repeat soon.
    constexpr int kLongestPeriod = 4;
    const auto period = [&](int i) {
        int distance = 1;
        while (distance <= kLongestPeriod && distance <= i &&
               !reach(i).is_like(reach(i - distance))) {
            ++distance;
        }
        return distance <= std::min(kLongestPeriod, i) ? distance : 0;
    };

    ResampleAxis axis = {input_length, output_length, 0, {}, {}};
    for (int i = 0; i < output_length; ++i) axis.taps = std::max(axis.taps, reach(i).count());
    axis.taps += axis.taps % 2;
    const auto row_length = static_cast<std::size_t>(axis.taps);
    axis.weights.resize(static_cast<std::size_t>(output_length) * row_length);
    for (int i = 0; i < output_length; ++i) {
        axis.first.push_back(reach(i).first());
        const auto row =
            std::span(axis.weights).subspan(static_cast<std::size_t>(i) * row_length, row_length);
        if (const int before = period(i); before != 0) {
            std::ranges::copy(axis.row(i - before), row.begin());
        } else {
            Taps(filter, stretch, reach(i)).quantise(row);
        }
    }
    return axis;
}

}  // namespace limpid::kernels
