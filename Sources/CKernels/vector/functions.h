/* Transcendental functions of a vector, branch-free. The coefficients were fitted for this file (weighted least squares
   with Lawson's reweighting, in double, then rounded); the error bounds are checked in KernelsElementwiseTests. */
#pragma once
#include "lanes.h"

/* x = n·ln 2 + r, |r| ≤ ½ ln 2; exp x = 2ⁿ(1 + r + r²p(r)), relative error of the polynomial 3e-9. Adding 1.5·2²³ rounds
   to an integer and leaves it in the low bits. Beyond the clamp the result is 0 or +∞ in any case. */
INLINE vf exponential_of(vf x) {
    x = clamped(x, -104.0f, 89.0f);
    vf shifted = FMA(x, fill(1.44269504f), fill(0x1.8p23f));
    vf n = shifted - 0x1.8p23f;
    vf r = FMA(n, fill(-0x1.62e4p-1f), x);
    r = FMA(n, fill(-1.42860682e-6f), r);
    vf p = fill(0x1.6db42ap-10f);
    p = FMA(p, r, fill(0x1.123b56p-7f));
    p = FMA(p, r, fill(0x1.55545ep-5f));
    p = FMA(p, r, fill(0x1.55548ep-3f));
    p = FMA(p, r, fill(0.5f));
    vf y = FMA(p, r * r, r) + 1.0f;
#if LANES == 16
    return (vf)_mm512_scalef_ps((__m512)y, (__m512)n);
#else
    /* In two steps, so that 2ⁿ may be subnormal or too large for one factor. */
    vi whole = AS(vi, shifted) - 0x4B400000, half = whole >> 1, rest = whole - half;
    return y * AS(vf, (half + 127) << 23) * AS(vf, (rest + 127) << 23);
#endif
}

/* 1/(1 + e⁻ˣ) */
INLINE vf logistic_of(vf x) { return 1.0f / (1.0f + exponential_of(-x)); }

/* |x| < 0.625: x + x³p(x²), relative error 4e-9; else ±(1 − 2/(e^{2|x|} + 1)). */
INLINE vf tanh_of(vf x) {
    vf a = magnitude(x), s = x * x;
    vf p = fill(-0.005717044696211815f);
    p = FMA(p, s, fill(0.020650586113333702f));
    p = FMA(p, s, fill(-0.05374349653720856f));
    p = FMA(p, s, fill(0.13331490755081177f));
    p = FMA(p, s, fill(-0.3333328366279602f));
    vf near = FMA(p * s, x, x);
    vf far = 1.0f - 2.0f / (exponential_of(a + a) + 1.0f);
    far = AS(vf, AS(vi, far) | (AS(vi, x) & (int32_t)0x80000000));
    return a < fill(0.625f) ? near : far;
}

/* Φ(x) = ½(1 + erf(x/√2)) with erf(x/√2) ≈ x·P(x²)/Q(x²) for |x| < 5.6, absolute error in float 1.7e-7; 0 or 1 beyond. */
INLINE vf normal_cumulative_of(vf x) {
    vf c = clamped(x, -5.6f, 5.6f), s = c * c;
    vf p = fill(4.4594731463121207e-08f);
    p = FMA(p, s, fill(1.2579581380123273e-05f));
    p = FMA(p, s, fill(0.00033786086714826524f));
    p = FMA(p, s, fill(0.00935471523553133f));
    p = FMA(p, s, fill(0.06785827875137329f));
    p = FMA(p, s, fill(0.7978845238685608f));
    vf q = fill(1.1796565786442627e-06f);
    q = FMA(q, s, fill(7.334459951380268e-05f));
    q = FMA(q, s, fill(0.0018854986410588026f));
    q = FMA(q, s, fill(0.028677621856331825f));
    q = FMA(q, s, fill(0.2517140805721283f));
    q = FMA(q, s, fill(1.0f));
    vf half = FMA(c * p / q, fill(0.5f), fill(0.5f));
    half = x <= fill(-5.6f) ? fill(0.0f) : half;
    return x >= fill(5.6f) ? fill(1.0f) : half;
}

/* --- activations and their derivatives; clamps keep 0·∞ out and change nothing else --- */

INLINE vf relu_of(vf x) { return x < fill(0.0f) ? fill(0.0f) : x; }
INLINE vf relu_slope(vf x) { return x > fill(0.0f) ? fill(1.0f) : fill(0.0f); }

INLINE vf gelu_of(vf x) { return clamped(x, -128.0f, INFINITY) * normal_cumulative_of(x); }
/* Φ(x) + x·φ(x) */
INLINE vf gelu_slope(vf x) {
    vf c = clamped(x, -128.0f, 128.0f);
    return FMA(c * 0.398942280f, exponential_of(-0.5f * c * c), normal_cumulative_of(x));
}

/* 2u = 2√(2/π)(x + 0.044715x³) */
INLINE vf gelu_tanh_argument(vf c) { return c * FMA(c * c, fill(0.0713548162726f), fill(1.59576912161f)); }
INLINE vf gelu_tanh_of(vf x) {
    return clamped(x, -128.0f, INFINITY) * logistic_of(gelu_tanh_argument(clamped(x, -128.0f, 128.0f)));
}
INLINE vf gelu_tanh_slope(vf x) {
    vf c = clamped(x, -128.0f, 128.0f), s = logistic_of(gelu_tanh_argument(c));
    vf slope = FMA(c * c, fill(0.2140644488178f), fill(1.59576912161f));
    return FMA(c * s * (1.0f - s), slope, s);
}

INLINE vf quick_gelu_of(vf x) { return clamped(x, -128.0f, INFINITY) * logistic_of(1.702f * x); }
INLINE vf quick_gelu_slope(vf x) {
    vf c = clamped(x, -128.0f, 128.0f), s = logistic_of(1.702f * c);
    return FMA(1.702f * c * s, 1.0f - s, s);
}

INLINE vf silu_of(vf x) { return clamped(x, -128.0f, INFINITY) * logistic_of(x); }
INLINE vf silu_slope(vf x) {
    vf c = clamped(x, -128.0f, 128.0f), s = logistic_of(c);
    return FMA(c * s, 1.0f - s, s);
}
