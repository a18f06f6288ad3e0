#pragma once

#include "Halide.h"
#include "common/fixed_point.h"

namespace limpid::generators {

/// The arithmetic of the colour pass in both widths: 16-bit lanes for 8-bit images (full scale
/// F = 255 * 64), 32-bit lanes for 16-bit ones (F = 65535). colour_generator.cpp has the formulas.
struct Lanes {
    bool wide;
    Halide::Target target{};

    [[nodiscard]] Halide::Type type() const { return wide ? Halide::Int(32) : Halide::Int(16); }
    [[nodiscard]] Halide::Expr number(int value) const {
        return Halide::Internal::make_const(type(), value);
    }
    [[nodiscard]] Halide::Expr full() const { return number(wide ? 65535 : 255 * 64); }
    [[nodiscard]] Halide::Expr quarter() const { return number(wide ? 16383 : 4080); }

    [[nodiscard]] Halide::Expr mul15(const Halide::Expr& a, const Halide::Expr& b) const {
        return wide ? mul_q15_wide(a, b) : mul_q15(a, b, target);
    }
    /// (a * b + 8192) >> 14; |a| <= F.
    [[nodiscard]] Halide::Expr mul14(const Halide::Expr& a, const Halide::Expr& b) const {
        return wide ? (a * b + 8192) >> 14 : mul_q15(a * number(2), b, target);
    }
    /// 32-bit sums have room; 16-bit ones stop at the ends of the type.
    [[nodiscard]] Halide::Expr add(const Halide::Expr& a, const Halide::Expr& b) const {
        return wide ? a + b : Halide::saturating_add(a, b);
    }
    /// 0 .. F as 0 .. 32767.
    [[nodiscard]] Halide::Expr unit15(const Halide::Expr& v) const {
        return wide ? v >> 1 : v * number(2) + (v >> 7);
    }
    /// Any multiple of a sample, at the scale of 8-bit images: F becomes 16320, or 16383.
    [[nodiscard]] Halide::Expr scale8(const Halide::Expr& v) const { return wide ? v >> 2 : v; }
    /// 0 .. F / 4 as 0 .. 32767.
    [[nodiscard]] Halide::Expr room15(const Halide::Expr& v) const {
        return wide ? v * 2 + (v >> 13) : v * number(8) + (v >> 5);
    }
    [[nodiscard]] Halide::Expr luma(const std::vector<Halide::Expr>& c) const {
        if (c.size() == 1) return c[0];
        if (wide) return (luma_times_256(c[0], c[1], c[2]) + 128) >> 8;
        return mul_q15(c[0], number(kLumaRed * 128)) + mul_q15(c[1], number(kLumaGreen * 128)) +
               mul_q15(c[2], number(kLumaBlue * 128));
    }
    [[nodiscard]] Halide::Expr clamped(const Halide::Expr& v) const {
        return Halide::clamp(v, number(0), full());
    }
};

inline Halide::Expr least_of(const std::vector<Halide::Expr>& c) {
    return c.size() == 1 ? c[0] : Halide::min(c[0], Halide::min(c[1], c[2]));
}
inline Halide::Expr most_of(const std::vector<Halide::Expr>& c) {
    return c.size() == 1 ? c[0] : Halide::max(c[0], Halide::max(c[1], c[2]));
}

}  // namespace limpid::generators
