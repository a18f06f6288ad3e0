#pragma once

#include <map>
#include <string>
#include <vector>

#include "Halide.h"

/// What autoschedulers are told about sizes: a photo of 12 MP, 8-bit RGB. Written here only, and
/// only for them: a schedule written by hand needs none.
namespace limpid::generators {

/// Extents of a port, by its name; ports that mean different things in two kernels have the
/// kernel's name before. A constant extent that the kernel demands goes before these.
inline const std::map<std::string, std::vector<int>>& extent_estimates() {
    constexpr int kWidth = 4000, kHeight = 3000, kPoints = 33;
    static const std::map<std::string, std::vector<int>> kExtents = {
        {"input", {3, kWidth, kHeight}},
        {"output", {3, kWidth, kHeight}},
        {"tables", {256, 3}},
        {"grid", {kWidth / 16 + 1, 4, 171}},
        {"dither", {32, 32}},
        {"lattice", {3, kPoints * kPoints * kPoints}},
        {"box_downscale/input", {3 * kWidth, kHeight}},
        {"proxy", {3, kWidth / 16, kHeight / 16}},
        {"clipped_high", {kWidth / 16, kHeight / 16}},
        {"clipped_low", {kWidth / 16, kHeight / 16}},
        {"histograms", {256, 4}},
        // To half of both sides, with Lanczos3.
        {"resample/input", {3 * kWidth, kHeight}},
        {"resample/output", {3 * kWidth / 2, kHeight / 2}},
        {"first_x", {kWidth / 2}},
        {"first_y", {kHeight / 2}},
        {"tile_x", {kWidth / 2 / 64 + 1}},
        {"weights_x", {12, kWidth / 2}},
        {"weights_y", {12, kHeight / 2}},
        {"halve/input", {3 * kWidth, kHeight}},
        {"halve/output", {3, kWidth / 2, kHeight / 2}},
        {"halve/weights_x", {12}},
        {"luma_plane/output", {kWidth, kHeight}},
        {"chroma_planes/output", {kWidth / 2, kHeight / 2, 2}},
        {"plane", {kWidth + 16, kHeight + 14}},
        {"pilot", {kWidth + 16, kHeight + 14}},
        {"threshold", {8, 8}},
        {"variance", {8, 8}},
        {"dct_threshold/output", {kWidth, kHeight}},
        {"dct_wiener/output", {kWidth, kHeight}},
        {"before", {kWidth, kHeight}},
        {"after", {kWidth, kHeight}},
        {"luma_before", {kWidth, kHeight}},
        {"luma_after", {kWidth, kHeight}},
        {"chroma_before", {kWidth / 2 + 2, kHeight / 2 + 2, 2}},
        {"chroma_after", {kWidth / 2 + 2, kHeight / 2 + 2, 2}},
    };
    return kExtents;
}

/// Of scalars; those that are not here are amounts and switches, for which 1 does.
inline const std::map<std::string, int>& scalar_estimates() {
    static const std::map<std::string, int> kScalars = {
        {"image_width", 4000}, {"image_height", 3000}, {"factor", 16},
        {"points", 33},        {"span", 144},
    };
    return kScalars;
}

/// What the table says of a port of `kernel`.
inline const std::vector<int>& extents_of(const std::string& kernel, const std::string& port) {
    const auto& all = extent_estimates();
    const auto own = all.find(kernel + "/" + port);
    const auto found = own == all.end() ? all.find(port) : own;
    _halide_user_assert(found != all.end())
        << "common/estimates.h says nothing of " << port << "\n";
    return found->second;
}

inline Halide::Expr demanded_or(const Halide::Expr& demanded, int estimate) {
    return demanded.defined() && Halide::Internal::is_const(demanded) ? demanded : estimate;
}

inline void set_estimates(Halide::Parameter& buffer, const std::vector<int>& extents) {
    for (int d = 0; d < buffer.dimensions(); d++) {
        buffer.set_min_constraint_estimate(d, 0);
        buffer.set_extent_constraint_estimate(
            d, demanded_or(buffer.extent_constraint(d), extents.at(d)));
    }
}

inline void set_estimates(Halide::Func& output, const std::vector<int>& extents) {
    for (int d = 0; d < output.dimensions(); d++) {
        const Halide::Expr demanded = output.output_buffer().dim(d).extent();
        output.set_estimate(output.args()[d], 0, demanded_or(demanded, extents.at(d)));
    }
}

inline void set_estimate(Halide::Parameter& scalar, const std::string& name) {
    const auto found = scalar_estimates().find(name);
    const int value = found == scalar_estimates().end() ? 1 : found->second;
    scalar.set_estimate(Halide::Internal::make_const(scalar.type(), value));
}

/// Gives every port of a generated kernel its estimate.
inline void set_estimates(Halide::Internal::AbstractGenerator& kernel) {
    for (const auto& port : kernel.arginfos()) {
        if (port.dir == Halide::Internal::ArgInfoDirection::Output) {
            for (auto& output : kernel.output_func(port.name)) {
                set_estimates(output, extents_of(kernel.name(), port.name));
            }
            continue;
        }
        for (Halide::Parameter& input : kernel.input_parameter(port.name)) {
            if (input.is_buffer()) {
                set_estimates(input, extents_of(kernel.name(), port.name));
            } else {
                set_estimate(input, port.name);
            }
        }
    }
}

}  // namespace limpid::generators
