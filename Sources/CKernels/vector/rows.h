/* Reductions, softmax and normalisation of one row. Sums run in several vectors whose number is fixed, so the order of
   additions depends on the count alone. */
#pragma once
#include "functions.h"

static float dot(const float *a, const float *b, long count) {
    vf s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
        s0 = FMA(load(a + i), load(b + i), s0);
        s1 = FMA(load(a + i + LANES), load(b + i + LANES), s1);
        s2 = FMA(load(a + i + 2 * LANES), load(b + i + 2 * LANES), s2);
        s3 = FMA(load(a + i + 3 * LANES), load(b + i + 3 * LANES), s3);
    }
    for (; i + LANES <= count; i += LANES) s0 = FMA(load(a + i), load(b + i), s0);
    if (i < count) s1 = FMA(load_part(a + i, count - i), load_part(b + i, count - i), s1);
    return lane_sum((s0 + s1) + (s2 + s3));
}

static float sum(const float *x, long count) {
    vf s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    long i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
        s0 += load(x + i);
        s1 += load(x + i + LANES);
        s2 += load(x + i + 2 * LANES);
        s3 += load(x + i + 3 * LANES);
    }
    for (; i + LANES <= count; i += LANES) s0 += load(x + i);
    if (i < count) s1 += load_part(x + i, count - i);
    return lane_sum((s0 + s1) + (s2 + s3));
}

INLINE void add_squares(vf x, vd *low, vd *high) {
    vd a = __builtin_convertvector(x.lo, vd), b = __builtin_convertvector(x.hi, vd);
    *low = FMA(a, a, *low);
    *high = FMA(b, b, *high);
}

static double sum_of_squares(const float *x, long count) {
    vd s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        add_squares(load(x + i), &s0, &s1);
        add_squares(load(x + i + LANES), &s2, &s3);
    }
    for (; i + LANES <= count; i += LANES) add_squares(load(x + i), &s0, &s1);
    if (i < count) add_squares(load_part(x + i, count - i), &s2, &s3);
    vd total = (s0 + s1) + (s2 + s3);
    double result = 0;
    for (int lane = 0; lane < LANES / 2; lane++) result += total[lane];
    return result;
}

/* The largest factor·x; −∞ for none. */
INLINE float largest_scaled(const float *x, float factor, long count) {
    vf m0 = fill(-INFINITY), m1 = m0;
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        m0 = larger(load(x + i) * factor, m0);
        m1 = larger(load(x + i + LANES) * factor, m1);
    }
    for (; i + LANES <= count; i += LANES) m0 = larger(load(x + i) * factor, m0);
    if (i < count) {
        vf last = load_part(x + i, count - i) * factor;
        m1 = larger(first_lanes(count - i) ? last : fill(-INFINITY), m1);
    }
    return lane_maximum(larger(m0, m1));
}

static float maximum(const float *x, long count) { return largest_scaled(x, 1.0f, count); }

static float softmax(const float *x, float factor, float *y, long count) {
    float largest = largest_scaled(x, factor, count);
    if (largest == -INFINITY) {
        for (long i = 0; i < count; i++) y[i] = x[i] == x[i] ? 0 : NAN;
        return -INFINITY;
    }
    vf total = 0, shift = fill(-largest);
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        vf e = exponential_of(FMA(load(x + i), fill(factor), shift));
        store(y + i, e);
        total += e;
    }
    if (i < count) {
        vf e = exponential_of(FMA(load_part(x + i, count - i), fill(factor), shift));
        store_part(y + i, e, count - i);
        total += first_lanes(count - i) ? e : fill(0.0f);
    }
    float whole = lane_sum(total), inverse = 1.0f / whole;
    for (i = 0; i + LANES <= count; i += LANES) store(y + i, load(y + i) * inverse);
    if (i < count) store_part(y + i, load_part(y + i, count - i) * inverse, count - i);
    return (float)(largest + log((double)whole));
}

static void softmax_backward(const float *p, const float *dp, float factor, float *dx, long count) {
    vf mean = fill(dot(p, dp, count));
    long i = 0;
    for (; i + LANES <= count; i += LANES) store(dx + i, load(p + i) * factor * (load(dp + i) - mean));
    long rest = count - i;
    if (rest > 0) store_part(dx + i, load_part(p + i, rest) * factor * (load_part(dp + i, rest) - mean), rest);
}

/* Σ(x − center)² */
INLINE float squared_deviations(const float *x, float center, long count) {
    vf s0 = 0, s1 = 0;
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        vf a = load(x + i) - center, b = load(x + i + LANES) - center;
        s0 = FMA(a, a, s0);
        s1 = FMA(b, b, s1);
    }
    for (; i + LANES <= count; i += LANES) {
        vf a = load(x + i) - center;
        s0 = FMA(a, a, s0);
    }
    if (i < count) {
        vf a = first_lanes(count - i) ? load_part(x + i, count - i) - center : fill(0.0f);
        s1 = FMA(a, a, s1);
    }
    return lane_sum(s0 + s1);
}

static void layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *y, long width,
                       float *mean, float *rstd) {
    float count = width > 0 ? (float)width : 1.0f, center = sum(x, width) / count;
    float inverse = (float)(1 / sqrt((double)squared_deviations(x, center, width) / count + epsilon));
    long i = 0;
    for (; i + LANES <= width; i += LANES) {
        vf g = gain ? load(gain + i) : fill(1.0f), b = bias ? load(bias + i) : fill(0.0f);
        store(y + i, FMA((load(x + i) - center) * inverse, g, b));
    }
    long rest = width - i;
    if (rest > 0) {
        vf g = gain ? load_part(gain + i, rest) : fill(1.0f), b = bias ? load_part(bias + i, rest) : fill(0.0f);
        store_part(y + i, FMA((load_part(x + i, rest) - center) * inverse, g, b), rest);
    }
    *mean = center;
    *rstd = inverse;
}

static void rms_norm(const float *x, const float *gain, float offset, float epsilon, float *y, long width,
                     float *rstd) {
    float count = width > 0 ? (float)width : 1.0f;
    float inverse = (float)(1 / sqrt((double)dot(x, x, width) / count + epsilon));
    long i = 0;
    for (; i + LANES <= width; i += LANES) {
        vf g = gain ? load(gain + i) + offset : fill(1.0f);
        store(y + i, load(x + i) * inverse * g);
    }
    long rest = width - i;
    if (rest > 0) {
        vf g = gain ? load_part(gain + i, rest) + offset : fill(1.0f);
        store_part(y + i, load_part(x + i, rest) * inverse * g, rest);
    }
    *rstd = inverse;
}

/* Both backward passes: with x̂ = (x − mean)·rstd and g = dy·(gain + offset)
   dx = rstd·(g − mean(g) − x̂·mean(g·x̂)), without the term mean(g) for rms_norm. */
INLINE void norm_backward(const float *x, const float *gain, float offset, float mean, float rstd, const float *dy,
                          float *dx, float *dgain, float *dbias, bool centered, long width) {
    vf total = 0, along = 0;
    for (long i = 0; i < width; i += LANES) {
        long rest = width - i;
        bool whole = rest >= LANES;
        vf d = whole ? load(dy + i) : load_part(dy + i, rest);
        vf normal = ((whole ? load(x + i) : load_part(x + i, rest)) - mean) * rstd;
        vf g = gain ? d * ((whole ? load(gain + i) : load_part(gain + i, rest)) + offset) : d;
        total += g; /* d, and with it g, is 0 in the lanes behind the end */
        along = FMA(g, normal, along);
        if (dgain && whole) store(dgain + i, FMA(d, normal, load(dgain + i)));
        else if (dgain) store_part(dgain + i, FMA(d, normal, load_part(dgain + i, rest)), rest);
        if (dbias && whole) store(dbias + i, d + load(dbias + i));
        else if (dbias) store_part(dbias + i, d + load_part(dbias + i, rest), rest);
    }
    float shift = centered ? lane_sum(total) / (float)width : 0, slope = lane_sum(along) / (float)width;
    for (long i = 0; i < width; i += LANES) {
        long rest = width - i;
        bool whole = rest >= LANES;
        vf d = whole ? load(dy + i) : load_part(dy + i, rest);
        vf normal = ((whole ? load(x + i) : load_part(x + i, rest)) - mean) * rstd;
        vf g = gain ? d * ((whole ? load(gain + i) : load_part(gain + i, rest)) + offset) : d;
        vf result = (g - FMA(normal, fill(slope), fill(shift))) * rstd;
        if (whole) store(dx + i, result);
        else store_part(dx + i, result, rest);
    }
}

static void layer_norm_backward(const float *x, const float *gain, float mean, float rstd, const float *dy, float *dx,
                                float *dgain, float *dbias, long width) {
    norm_backward(x, gain, 0, mean, rstd, dy, dx, dgain, dbias, true, width);
}

static void rms_norm_backward(const float *x, const float *gain, float offset, float rstd, const float *dy, float *dx,
                              float *dgain, long width) {
    norm_backward(x, gain, offset, 0, rstd, dy, dx, dgain, NULL, false, width);
}
