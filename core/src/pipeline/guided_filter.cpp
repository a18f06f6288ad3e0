#include "pipeline/guided_filter.hpp"

#include <algorithm>
#include <cstddef>

namespace limpid::pipeline {
namespace {

/// Mean of up to 2 radius + 1 values along each line, from running sums.
void line_mean(const double* from, double* to, int count, std::ptrdiff_t stride, int radius) {
    double sum = 0;
    int first = 0;
    int end = 0;
    for (int i = 0; i < count; ++i) {
        for (; end < std::min(i + radius + 1, count); ++end) sum += from[end * stride];
        for (; first < i - radius; ++first) sum -= from[first * stride];
        to[i * stride] = sum / (end - first);
    }
}

Plane box_mean(const Plane& plane, int radius) {
    Plane rows = plane;
    Plane result = plane;
    for (int y = 0; y < plane.height_px; ++y) {
        const std::ptrdiff_t first = std::ptrdiff_t{y} * plane.width_px;
        line_mean(plane.values.data() + first, rows.values.data() + first, plane.width_px, 1,
                  radius);
    }
    for (int x = 0; x < plane.width_px; ++x) {
        line_mean(rows.values.data() + x, result.values.data() + x, plane.height_px, plane.width_px,
                  radius);
    }
    return result;
}

Plane product(const Plane& a, const Plane& b) {
    Plane result = a;
    for (std::size_t i = 0; i < result.values.size(); ++i) result.values[i] *= b.values[i];
    return result;
}

}  // namespace

LinearModels guided_filter(const Plane& guide, const Plane& input, int radius_px, double epsilon,
                           double steepest) {
    const Plane mean_guide = box_mean(guide, radius_px);
    const Plane mean_square = box_mean(product(guide, guide), radius_px);
    // Filtered by itself, the plane has only these two.
    const bool by_itself = &guide == &input;
    const Plane other_input = by_itself ? Plane() : box_mean(input, radius_px);
    const Plane other_product = by_itself ? Plane() : box_mean(product(guide, input), radius_px);
    const Plane& mean_input = by_itself ? mean_guide : other_input;
    const Plane& mean_product = by_itself ? mean_square : other_product;
    LinearModels models{guide, guide};
    for (std::size_t i = 0; i < guide.values.size(); ++i) {
        const double mean = mean_guide.values[i];
        const double variance = std::max(mean_square.values[i] - mean * mean, 0.0);
        const double covariance = mean_product.values[i] - mean * mean_input.values[i];
        const double slope = std::clamp(covariance / (variance + epsilon), -steepest, steepest);
        models.slope.values[i] = slope;
        models.offset.values[i] = mean_input.values[i] - slope * mean;
    }
    models.slope = box_mean(models.slope, radius_px);
    models.offset = box_mean(models.offset, radius_px);
    return models;
}

}  // namespace limpid::pipeline
