#include "base/exact_math.hpp"

#include <cmath>

namespace limpid {
namespace {

/// Newton's iteration for the n-th root of x in (0, 1]: started above, it falls until it rests.
template <int n>
double root(double x) noexcept {
    double r = 1.0;
    for (int i = 0; i < 128; ++i) {
        double power = 1.0;  // r^(n-1)
        for (int k = 1; k < n; ++k) power *= r;
        const double next = ((n - 1) * r + x / power) / n;
        if (!(next < r)) break;
        r = next;
    }
    return r;
}

double clamp01(double v) noexcept { return v > 0.0 ? (v < 1.0 ? v : 1.0) : 0.0; }

}  // namespace

double srgb_to_linear(double encoded) noexcept {
    const double e = clamp01(encoded);
    if (e <= 0.04045) return e / 12.92;
    const double t = (e + 0.055) / 1.055;
    return t * t * root<5>(t * t);  // t^2.4 = t^2 * (t^2)^(1/5)
}

double linear_to_srgb(double linear) noexcept {
    const double l = clamp01(linear);
    if (l <= 0.0031308) return l * 12.92;
    const double twelfth = root<3>(std::sqrt(std::sqrt(l)));  // l^(1/12)
    const double t2 = twelfth * twelfth;
    return 1.055 * (t2 * t2 * twelfth) - 0.055;  // l^(5/12) = l^(1/2.4)
}

double exp2_exact(double exponent) noexcept {
    double e = exponent > -16.0 ? (exponent < 16.0 ? exponent : 16.0) : -16.0;
    double result = 1.0;
    while (e >= 1.0) {
        result *= 2.0;
        e -= 1.0;
    }
    while (e < 0.0) {
        result *= 0.5;
        e += 1.0;
    }
    // e is in [0, 1): multiply 2^(1/2), 2^(1/4), … for the bits of its fraction.
    double factor = 2.0;
    for (int bit = 0; bit < 40; ++bit) {
        factor = std::sqrt(factor);
        e *= 2.0;
        if (e >= 1.0) {
            result *= factor;
            e -= 1.0;
        }
    }
    return result;
}

double log2_exact(double x) noexcept {
    constexpr int kMaxWhole = 64;
    int whole = 0;
    double m = x;
    while (m >= 2.0 && whole < kMaxWhole) {
        m *= 0.5;
        ++whole;
    }
    while (m < 1.0 && whole > -kMaxWhole) {
        m *= 2.0;
        --whole;
    }
    // m is in [1, 2): squaring it yields the logarithm's binary digits one by one.
    double fraction = 0.0;
    double digit = 0.5;
    for (int bit = 0; bit < 40; ++bit) {
        m *= m;
        if (m >= 2.0) {
            m *= 0.5;
            fraction += digit;
        }
        digit *= 0.5;
    }
    return whole + fraction;
}

double cbrt_exact(double x) noexcept {
    const double c = clamp01(x);
    return c > 0.0 ? root<3>(c) : 0.0;
}

double dot(const Vec3& a, const Vec3& b) noexcept { return a.x * b.x + a.y * b.y + a.z * b.z; }

Vec3 normalised(const Vec3& v) noexcept {
    const double length = std::sqrt(dot(v, v));
    if (!(length > 0.0)) return {};
    return {v.x / length, v.y / length, v.z / length};
}

double angle_deg(const Vec3& a, const Vec3& b) noexcept {
    const Vec3 cross = {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
    const double sine = std::sqrt(dot(cross, cross));
    if (!(dot(a, b) > 0.0)) return 90.0;
    // Halve the angle until asin's series converges fast: tan(t/2) = sin / (1 + cos).
    double tangent = sine / dot(a, b);
    double scale = 1.0;
    for (int i = 0; i < 4; ++i) {
        tangent = tangent / (1.0 + std::sqrt(1.0 + tangent * tangent));
        scale *= 2.0;
    }
    const double t2 = tangent * tangent;  // |tangent| < tan(90 deg / 16) = 0.0985
    const double arc =
        tangent * (1.0 - t2 * (1.0 / 3 - t2 * (1.0 / 5 - t2 * (1.0 / 7 - t2 * (1.0 / 9)))));
    constexpr double kDegPerRad = 57.29577951308232;
    return arc * scale * kDegPerRad;
}

}  // namespace limpid
