#pragma once

#include "Halide.h"
#include "color/lanes.h"

namespace limpid::generators {

/// A colour that people remember, in the plane (u, v) = (B - Y, R - Y) of gamma-encoded samples.
/// The same numbers stand in core/src/kernels/hue_classes.hpp, and a test compares the two.
struct HueClass {
    int centre_u, centre_v;  ///< of the ellipse, in 1/64 of an 8-bit step
    int uu, uv, vv;          ///< of the ellipse's triangular factor, see membership()
    int line_u, line_v;      ///< direction of the preferred hue, length 32767
};

// Skin: the ellipse of Hsu, Abdel-Mottaleb and Jain (PAMI 24(5), 2002) in the Cb Cr plane of
// BT.601, carried over to (u, v) of Rec. 709; hue of Chen, Chen, Ohta and Luo (JIST 57(3), 2013):
// CIELAB 50.5 degrees at L* 65, C* 25.4.
constexpr HueClass kSkin = {-2579, 2518, 12266, 6224, 16037, -19858, 26064};
// Sky and foliage: ellipses around the patches 3 and 4 of the ColorChecker (McCamy, Marcus and
// Davidson, 1976) and their lighter and stronger kin; half axes of 42 and 20, 40 and 16 8-bit
// steps, the long ones along the hue; grey lies outside. Hue of the sky: that of its patch. Hue of
// foliage: 130 degrees, as Kwak, Hong, Park and Kim (CIC 14, 2006) found preferred; theirs is a hue
// of CIECAM02, taken for one of CIELAB here.
constexpr HueClass kSky = {3584, -2240, 17467, 13673, 18735, 28440, -16274};
constexpr HueClass kFoliage = {-3008, -1152, 15662, -15756, 27423, -29304, -14662};

/// How much a colour belongs to the class, 0 .. 32752:
///   du, dv  = 8 clamp(scale8(u) - centre_u, -4095, 4095), likewise v
///   s, t    = mul15(du, uu) + mul15(dv, uv), mul15(dv, vv)
///   d       = min(mul15(s, s) + mul15(t, t), 2048)               2048 on the ellipse
///   result  = min(4096 - 2 d, 2047) << 4                         full where d is half of that
/// u and v are at most 64 steps from the centre after the clamp, which is outside every ellipse.
/// `stage` makes a value that is used more than once a stage of its own.
template <class Stage>
Halide::Expr membership(const Lanes& k, const HueClass& hue, const Halide::Expr& u,
                        const Halide::Expr& v, Stage&& stage) {
    using Halide::clamp;
    using Halide::min;
    const auto distance = [&](const Halide::Expr& w, int centre) {
        return stage(clamp(k.scale8(w) - k.number(centre), k.number(-4095), k.number(4095)) *
                     k.number(8));
    };
    const Halide::Expr du = distance(u, hue.centre_u);
    const Halide::Expr dv = distance(v, hue.centre_v);
    const Halide::Expr s = stage(k.mul15(du, k.number(hue.uu)) + k.mul15(dv, k.number(hue.uv)));
    const Halide::Expr t = stage(k.mul15(dv, k.number(hue.vv)));
    const Halide::Expr d = min(k.add(k.mul15(s, s), k.mul15(t, t)), k.number(2048));
    return stage(min(k.number(4096) - d * k.number(2), k.number(2047)) * k.number(16));
}

/// Distance from the line of the preferred hue, along its normal (line_v, -line_u).
inline Halide::Expr hue_offset(const Lanes& k, const HueClass& hue, const Halide::Expr& u,
                               const Halide::Expr& v) {
    return k.mul15(u, k.number(hue.line_v)) - k.mul15(v, k.number(hue.line_u));
}

}  // namespace limpid::generators
