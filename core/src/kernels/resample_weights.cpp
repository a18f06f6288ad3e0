#include "kernels/resample_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace limpid::kernels {
namespace {

/// sin(pi x). Reduced to |t| <= 1/2, then Taylor's series to t^23: the first term left out is below
/// 4e-21, so the error is that of rounding, some 1e-16. Exactly 0 at integers.
double sin_pi(double x) {
    const double nearest = std::floor(x + 0.5);
    const double t = (x - nearest) * 3.14159265358979323846;
    const bool odd = nearest - 2.0 * std::floor(nearest * 0.5) != 0.0;
    double sum = 1.0;
    for (int n = 22; n >= 2; n -= 2) sum = 1.0 - t * t * sum / (n * (n + 1.0));
    return odd ? -t * sum : t * sum;
}

double sinc(double x) {
    if (x == 0.0) return 1.0;
    return sin_pi(x) / (3.14159265358979323846 * x);
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

/// The filter at the input samples around one output sample.
class Taps {
public:
    /// @param stretch  samples per unit of the filter, at least 1
    Taps(ResizeFilter filter, double center, double stretch, int input_length) {
        const double reach = filter_support(filter) * stretch;
        const int begin = static_cast<int>(std::floor(center - reach)) + 1;
        const int end = static_cast<int>(std::floor(center + reach)) + 1;
        const int last = input_length - 1;
        first_ = std::clamp(begin, 0, last);
        values_.assign(static_cast<std::size_t>(std::clamp(end - 1, 0, last) - first_ + 1), 0.0);
        for (int i = begin; i < end; ++i) {
            const double value = filter_value(filter, std::fabs(i - center) / stretch);
            values_[static_cast<std::size_t>(std::clamp(i, 0, last) - first_)] += value;
            sum_ += value;
        }
    }

    [[nodiscard]] int first() const noexcept { return first_; }
    [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }

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
    int first_ = 0;
    std::vector<double> values_;
    double sum_ = 0.0;
};

}  // namespace

double filter_support(ResizeFilter filter) noexcept {
    return filter == ResizeFilter::lanczos3 ? 3.0 : 4.5;
}

double filter_value(ResizeFilter filter, double x) noexcept {
    const double distance = std::fabs(x);
    if (!(distance < filter_support(filter))) return 0.0;
    if (filter == ResizeFilter::lanczos3) return sinc(distance) * sinc(distance / 3.0);
    return magic_kernel_sharp_2021(distance);
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
    const auto taps_at = [&](int i) {
        return Taps(filter, window.begin + (i + 0.5) * ratio - 0.5, stretch, input_length);
    };

    ResampleAxis axis = {input_length, output_length, 0, {}, {}};
    for (int i = 0; i < output_length; ++i) axis.taps = std::max(axis.taps, taps_at(i).count());
    axis.taps += axis.taps % 2;
    const auto row_length = static_cast<std::size_t>(axis.taps);
    axis.weights.resize(static_cast<std::size_t>(output_length) * row_length);
    for (int i = 0; i < output_length; ++i) {
        const Taps taps = taps_at(i);
        axis.first.push_back(taps.first());
        taps.quantise(
            std::span(axis.weights).subspan(static_cast<std::size_t>(i) * row_length, row_length));
    }
    return axis;
}

}  // namespace limpid::kernels
