#include "lut/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace limpid::lut {
namespace {

/// A place along one axis: between point `cell` and the next.
struct Place {
    std::size_t cell = 0;
    double fraction = 0;
};

Place place_of(const Lut& lut, std::size_t channel, double level) {
    const double least = lut.domain_min[channel], most = lut.domain_max[channel];
    const double share = (std::clamp(level, least, most) - least) / (most - least);
    const double position = share * (lut.points - 1);
    const double cell = std::min(std::floor(position), lut.points - 2.0);
    return {static_cast<std::size_t>(cell), position - cell};
}

Levels along_curves(const Lut& lut, const std::array<Place, 3>& places) {
    Levels result{};
    for (std::size_t c = 0; c < 3; ++c) {
        const double low = lut.values[3 * places[c].cell + c];
        const double high = lut.values[3 * (places[c].cell + 1) + c];
        result[c] = low + (high - low) * places[c].fraction;
    }
    return result;
}

Levels in_lattice(const Lut& lut, const std::array<Place, 3>& places) {
    const auto points = static_cast<std::size_t>(lut.points);
    const std::array<std::size_t, 3> steps = {1, points, points * points};
    std::array<std::size_t, 3> axes = {0, 1, 2};
    std::ranges::stable_sort(axes, [&](std::size_t a, std::size_t b) {
        return places[a].fraction > places[b].fraction;
    });
    std::size_t corner = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) corner += places[axis].cell * steps[axis];
    Levels result{};
    double previous = 1.0;
    for (std::size_t k = 0; k <= 3; ++k) {
        const double next = k < 3 ? places[axes[k]].fraction : 0.0;
        for (std::size_t c = 0; c < 3; ++c) {
            result[c] += (previous - next) * lut.values[3 * corner + c];
        }
        if (k < 3) corner += steps[axes[k]];
        previous = next;
    }
    return result;
}

}  // namespace

Levels evaluate(const Lut& lut, const Levels& colour) noexcept {
    const std::array<Place, 3> places = {place_of(lut, 0, colour[0]), place_of(lut, 1, colour[1]),
                                         place_of(lut, 2, colour[2])};
    return lut.is_3d ? in_lattice(lut, places) : along_curves(lut, places);
}

}  // namespace limpid::lut
