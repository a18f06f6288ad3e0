#pragma once

#include <cstdint>

namespace limpid::kernels {

/// A colour that people remember, in the plane (u, v) = (B - Y, R - Y) of gamma-encoded samples on
/// the scale of kColourScale8. halide-generators/color/hue_classes.h has the sources of the
/// numbers, and the kernel tests compare the two.
struct HueClass {
    int centre_u, centre_v;  ///< of the ellipse, in 1/64 of an 8-bit step
    int uu, uv, vv;          ///< of the ellipse's triangular factor
    int line_u, line_v;      ///< direction of the preferred hue, length 32767
};

inline constexpr HueClass kSkin = {-2579, 2518, 12266, 6224, 16037, -19858, 26064};
inline constexpr HueClass kSky = {3584, -2240, 17467, 13673, 18735, 28440, -16274};
inline constexpr HueClass kFoliage = {-3008, -1152, 15662, -15756, 27423, -29304, -14662};

/// Full membership.
inline constexpr int kFullMembership = 32752;

/// How much a colour belongs to the class, 0 .. kFullMembership, exactly as colour() computes it.
/// @param u, v  -16384 .. 16384.
[[nodiscard]] constexpr int membership(const HueClass& hue, int u, int v) noexcept {
    const auto distance = [](int w, int centre) {
        const int d = w - centre;
        return 8 * (d < -4095 ? -4095 : d > 4095 ? 4095 : d);
    };
    const auto mul15 = [](int a, int b) { return (a * b + 16384) >> 15; };
    const int du = distance(u, hue.centre_u);
    const int dv = distance(v, hue.centre_v);
    const int s = mul15(du, hue.uu) + mul15(dv, hue.uv);
    const int t = mul15(dv, hue.vv);
    const int sum = mul15(s, s) + mul15(t, t);
    const int d = sum < 2048 ? sum : 2048;
    const int share = 4096 - 2 * d;
    return (share < 2047 ? share : 2047) * 16;
}

}  // namespace limpid::kernels
