#pragma once

#include <array>

#include "Halide.h"
#include "common/fixed_point.h"

/// The 8-point DCT of the shrinkage kernels on 16-bit lanes, and its transpose.
///
/// Both are the factorisation of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with the factors
/// sqrt(2) of coefficients 0, 1, 4 and 7 left out of the forward transform and, squared, of the
/// inverse, where they are shifts. With C the orthonormal DCT:
///   forward  X[k] = C[k] * sqrt(2) for k in {0, 1, 4, 7},  C[k] for k in {2, 3, 5, 6}
///   inverse  a quarter of what undoes it, times `gain`
/// Every product is mul_q15; m(a, q) below is mul_q15(a, round(32768 q)), and ck, sk are the cosine
/// and sine of k pi / 16.
namespace limpid::generators {

using Lane8 = std::array<Halide::Expr, 8>;

/// mul_q15(value, 32768 >> shift). In WebAssembly a product is five instructions, for it answers
/// -32768 * -32768 otherwise than x86 does, and three for the factor.
inline Halide::Expr divided(const Halide::Expr& value, int shift, const Halide::Target& target) {
    using Halide::cast;
    if (target.arch != Halide::Target::WebAssembly) {
        return mul_q15(value, cast<int16_t>(32768 >> shift));
    }
    return (value >> shift) + ((value >> (shift - 1)) & cast<int16_t>(1));
}
inline Halide::Expr times(const Halide::Expr& value, int q15) {
    return mul_q15(value, Halide::cast<int16_t>(q15));
}

/// Inputs within +-8191 keep every intermediate within 16 bits; within +-2040, outputs are within
/// +-8160 and can be transformed again, across.
///   s[i] = x[i] + x[7 - i]   d[i] = x[i] - x[7 - i]                              i = 0 .. 3
///   t0 = s0 + s3   t1 = s1 + s2   t2 = s1 - s2   t3 = s0 - s3
///   X0 = m(t0, 1/2) + m(t1, 1/2)          X4 = m(t0, 1/2) - m(t1, 1/2)
///   X2 = m(t3, c2/2) + m(t2, s2/2)        X6 = m(t3, s2/2) - m(t2, c2/2)
///   a  = m(d0, c3/2) - m(d3, s3/2)        b  = m(d0, s3/2) + m(d3, c3/2)
///   e  = m(d1, c1/2) - m(d2, s1/2)        f  = m(d1, s1/2) + m(d2, c1/2)
///   X1 = (a + f) + (b + e)   X7 = (a + f) - (b + e)   X3 = a - f   X5 = b - e
inline Lane8 forward_dct(const Lane8& x, const Halide::Target& target) {
    using Halide::Expr;
    const Expr s0 = x[0] + x[7], s1 = x[1] + x[6], s2 = x[2] + x[5], s3 = x[3] + x[4];
    const Expr d0 = x[0] - x[7], d1 = x[1] - x[6], d2 = x[2] - x[5], d3 = x[3] - x[4];
    const Expr t0 = divided(s0 + s3, 1, target), t1 = divided(s1 + s2, 1, target);
    const Expr t2 = s1 - s2, t3 = s0 - s3;
    const Expr a = times(d0, 13623) - times(d3, 9102), b = times(d0, 9102) + times(d3, 13623);
    const Expr e = times(d1, 16069) - times(d2, 3196), f = times(d1, 3196) + times(d2, 16069);
    const Expr p = a + f, q = b + e;
    return {t0 + t1, p + q, times(t3, 15137) + times(t2, 6270), a - f,
            t0 - t1, b - e, times(t3, 6270) - times(t2, 15137), p - q};
}

/// sat is saturation to 16 bits; only coefficients that no image has, left over by shrinkage, need
/// it. With g = gain, which is 1 or 2:
///   t0 = m(X0, g/16) + m(X4, g/16)        t1 = m(X0, g/16) - m(X4, g/16)
///   t3 = m(X2, g c2/8) + m(X6, g s2/8)        t2 = m(X2, g s2/8) - m(X6, g c2/8)
///   p  = sat(m(X1, 1/2) + m(X7, 1/2))     q  = sat(m(X1, 1/2) - m(X7, 1/2))
///   a  = sat(p + X3)   f = sat(p - X3)   b = sat(q + X5)   e = sat(q - X5)
///   d0 = m(a, g c3/8) + m(b, g s3/8)          d3 = m(b, g c3/8) - m(a, g s3/8)
///   d1 = m(e, g c1/8) + m(f, g s1/8)          d2 = m(f, g c1/8) - m(e, g s1/8)
///   s0 = t0 + t3   s1 = t1 + t2   s2 = t1 - t2   s3 = t0 - t3
///   x[i] = s[i] + d[i]   x[7 - i] = s[i] - d[i]
inline Lane8 inverse_dct(const Lane8& x, int gain, const Halide::Target& target) {
    using Halide::Expr;
    using Halide::saturating_add;
    using Halide::saturating_sub;
    const Expr x0 = divided(x[0], 5 - gain, target), x4 = divided(x[4], 5 - gain, target);
    const Expr x1 = divided(x[1], 1, target), x7 = divided(x[7], 1, target);
    const Expr t0 = x0 + x4, t1 = x0 - x4;
    const Expr t3 = times(x[2], gain * 3784) + times(x[6], gain * 1567);
    const Expr t2 = times(x[2], gain * 1567) - times(x[6], gain * 3784);
    const Expr p = saturating_add(x1, x7), q = saturating_sub(x1, x7);
    const Expr a = saturating_add(p, x[3]), f = saturating_sub(p, x[3]);
    const Expr b = saturating_add(q, x[5]), e = saturating_sub(q, x[5]);
    const Expr d0 = times(a, gain * 3406) + times(b, gain * 2276),
               d3 = times(b, gain * 3406) - times(a, gain * 2276);
    const Expr d1 = times(e, gain * 4017) + times(f, gain * 799),
               d2 = times(f, gain * 4017) - times(e, gain * 799);
    const Expr s0 = t0 + t3, s1 = t1 + t2, s2 = t1 - t2, s3 = t0 - t3;
    return {s0 + d0, s1 + d1, s2 + d2, s3 + d3, s3 - d3, s2 - d2, s1 - d1, s0 - d0};
}

}  // namespace limpid::generators
