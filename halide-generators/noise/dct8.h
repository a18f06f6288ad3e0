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
///   inverse  a quarter of what undoes it
/// Every product is mul_q15; m(a, q) below is mul_q15(a, round(32768 q)), and ck, sk are the cosine
/// and sine of k pi / 16.
namespace limpid::generators {

using Lane8 = std::array<Halide::Expr, 8>;

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
inline Lane8 forward_dct(const Lane8& x) {
    using Halide::Expr;
    const Expr s0 = x[0] + x[7], s1 = x[1] + x[6], s2 = x[2] + x[5], s3 = x[3] + x[4];
    const Expr d0 = x[0] - x[7], d1 = x[1] - x[6], d2 = x[2] - x[5], d3 = x[3] - x[4];
    const Expr t0 = times(s0 + s3, 16384), t1 = times(s1 + s2, 16384);
    const Expr t2 = s1 - s2, t3 = s0 - s3;
    const Expr a = times(d0, 13623) - times(d3, 9102), b = times(d0, 9102) + times(d3, 13623);
    const Expr e = times(d1, 16069) - times(d2, 3196), f = times(d1, 3196) + times(d2, 16069);
    const Expr p = a + f, q = b + e;
    return {t0 + t1, p + q, times(t3, 15137) + times(t2, 6270), a - f,
            t0 - t1, b - e, times(t3, 6270) - times(t2, 15137), p - q};
}

/// sat is saturation to 16 bits; only coefficients that no image has, left over by shrinkage, need
/// it.
///   t0 = m(X0, 1/16) + m(X4, 1/16)        t1 = m(X0, 1/16) - m(X4, 1/16)
///   t3 = m(X2, c2/8) + m(X6, s2/8)        t2 = m(X2, s2/8) - m(X6, c2/8)
///   p  = sat(m(X1, 1/2) + m(X7, 1/2))     q  = sat(m(X1, 1/2) - m(X7, 1/2))
///   a  = sat(p + X3)   f = sat(p - X3)   b = sat(q + X5)   e = sat(q - X5)
///   d0 = m(a, c3/8) + m(b, s3/8)          d3 = m(b, c3/8) - m(a, s3/8)
///   d1 = m(e, c1/8) + m(f, s1/8)          d2 = m(f, c1/8) - m(e, s1/8)
///   s0 = t0 + t3   s1 = t1 + t2   s2 = t1 - t2   s3 = t0 - t3
///   x[i] = s[i] + d[i]   x[7 - i] = s[i] - d[i]
inline Lane8 inverse_dct(const Lane8& x) {
    using Halide::Expr;
    using Halide::saturating_add;
    using Halide::saturating_sub;
    const Expr x0 = times(x[0], 2048), x4 = times(x[4], 2048);
    const Expr x1 = times(x[1], 16384), x7 = times(x[7], 16384);
    const Expr t0 = x0 + x4, t1 = x0 - x4;
    const Expr t3 = times(x[2], 3784) + times(x[6], 1567);
    const Expr t2 = times(x[2], 1567) - times(x[6], 3784);
    const Expr p = saturating_add(x1, x7), q = saturating_sub(x1, x7);
    const Expr a = saturating_add(p, x[3]), f = saturating_sub(p, x[3]);
    const Expr b = saturating_add(q, x[5]), e = saturating_sub(q, x[5]);
    const Expr d0 = times(a, 3406) + times(b, 2276), d3 = times(b, 3406) - times(a, 2276);
    const Expr d1 = times(e, 4017) + times(f, 799), d2 = times(f, 4017) - times(e, 799);
    const Expr s0 = t0 + t3, s1 = t1 + t2, s2 = t1 - t2, s3 = t0 - t3;
    return {s0 + d0, s1 + d1, s2 + d2, s3 + d3, s3 - d3, s2 - d2, s1 - d1, s0 - d0};
}

}  // namespace limpid::generators
