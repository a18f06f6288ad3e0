#pragma once

/// The few functions beyond + - * / and sqrt that values depend on.
///
/// libm gives different last bits on different targets; these use only operations that IEEE 754
/// rounds exactly, in a fixed order and without contraction, so that every target computes the same
/// bits. They are for tables and statistics, not for pixels. Thread-safe, never fail.
namespace limpid {

/// sRGB (IEC 61966-2-1), encoded 0..1 to linear 0..1. Arguments outside are clamped. Relative error
/// < 1e-14.
[[nodiscard]] double srgb_to_linear(double encoded) noexcept;

/// sRGB (IEC 61966-2-1), linear 0..1 to encoded 0..1. Arguments outside are clamped.
[[nodiscard]] double linear_to_srgb(double linear) noexcept;

/// 2 to the power of `exponent`, -16..16 (clamped).
[[nodiscard]] double exp2_exact(double exponent) noexcept;

/// Base-2 logarithm of `x` > 0, to about 2^-40; -64..64 (clamped).
[[nodiscard]] double log2_exact(double x) noexcept;

/// Cube root of `x` in 0..1 (clamped).
[[nodiscard]] double cbrt_exact(double x) noexcept;

/// Three numbers, as a direction.
struct Vec3 {
    double x = 0, y = 0, z = 0;
};

[[nodiscard]] double dot(const Vec3& a, const Vec3& b) noexcept;

/// `v` at length 1; a zero vector stays zero.
[[nodiscard]] Vec3 normalised(const Vec3& v) noexcept;

/// Angle between two directions of length 1, in degrees, 0..90 (more gives 90).
[[nodiscard]] double angle_deg(const Vec3& a, const Vec3& b) noexcept;

}  // namespace limpid
