#pragma once

#include <vector>

namespace limpid::pipeline {

/// Numbers of a plane, row by row.
struct Plane {
    int width_px = 0;
    int height_px = 0;
    std::vector<double> values;
};

/// Per pixel: value = slope * guide + offset.
struct LinearModels {
    Plane slope;
    Plane offset;
};

/// The coefficients of the guided filter (He, Sun and Tang, PAMI 35(6), 2013), averaged over the
/// window as there. Windows of 2 radius + 1 end with the plane. Only + - * / in one order: the same
/// values on every target. Thread-safe.
/// @param guide    values 0..1.
/// @param input    of the guide's size; may be the guide itself.
/// @param epsilon  variances of the guide well below this are smoothed, well above are kept.
/// @param steepest slopes are held in -steepest .. steepest, about the window's mean.
[[nodiscard]] LinearModels guided_filter(const Plane& guide, const Plane& input, int radius_px,
                                         double epsilon, double steepest);

}  // namespace limpid::pipeline
