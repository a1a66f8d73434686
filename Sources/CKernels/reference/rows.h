/* Reference: reductions, normalisation, softmax, rotary embedding and attention over one row. */
#pragma once
#include "../formats.h"

static float dot(const float *a, const float *b, long count) {
    double total = 0;
    for (long i = 0; i < count; i++) total += (double)a[i] * b[i];
    return (float)total;
}

static float sum(const float *x, long count) {
    double total = 0;
    for (long i = 0; i < count; i++) total += x[i];
    return (float)total;
}

static double sum_of_squares(const float *x, long count) {
    double total = 0;
    for (long i = 0; i < count; i++) total += (double)x[i] * x[i];
    return total;
}

static float maximum(const float *x, long count) {
    float largest = -INFINITY;
    for (long i = 0; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    return largest;
}

static float softmax(const float *x, float scale, float *y, long count) {
    double largest = -INFINITY, total = 0;
    for (long i = 0; i < count; i++) largest = (double)scale * x[i] > largest ? (double)scale * x[i] : largest;
    if (largest == -INFINITY) {
        for (long i = 0; i < count; i++) y[i] = x[i] == x[i] ? 0 : NAN;
        return -INFINITY;
    }
    for (long i = 0; i < count; i++) total += exp((double)scale * x[i] - largest);
    for (long i = 0; i < count; i++) y[i] = (float)(exp((double)scale * x[i] - largest) / total);
    return (float)(largest + log(total));
}

static void softmax_backward(const float *p, const float *dp, float scale, float *dx, long count) {
    double mean = 0;
    for (long i = 0; i < count; i++) mean += (double)p[i] * dp[i];
    for (long i = 0; i < count; i++) dx[i] = (float)((double)scale * p[i] * (dp[i] - mean));
}

static void layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *y, long width,
                       float *mean, float *rstd) {
    double total = 0, squares = 0;
    for (long i = 0; i < width; i++) total += x[i];
    double center = width ? total / (double)width : 0;
    for (long i = 0; i < width; i++) squares += (x[i] - center) * (x[i] - center);
    double inverse = 1 / sqrt((width ? squares / (double)width : 0) + epsilon);
    for (long i = 0; i < width; i++)
        y[i] = (float)((x[i] - center) * inverse * (gain ? gain[i] : 1) + (bias ? bias[i] : 0));
    *mean = (float)center;
    *rstd = (float)inverse;
}

/* With x̂ = (x − mean)·rstd and g = dy·gain: dx = rstd·(g − mean(g) − x̂·mean(g·x̂)). */
static void layer_norm_backward(const float *x, const float *gain, float mean, float rstd, const float *dy, float *dx,
                                float *dgain, float *dbias, long width) {
    double total = 0, along = 0;
    for (long i = 0; i < width; i++) {
        double g = (double)dy[i] * (gain ? gain[i] : 1), normal = ((double)x[i] - mean) * rstd;
        total += g;
        along += g * normal;
        if (dgain) dgain[i] += (float)(dy[i] * normal);
        if (dbias) dbias[i] += dy[i];
    }
    for (long i = 0; i < width; i++) {
        double g = (double)dy[i] * (gain ? gain[i] : 1), normal = ((double)x[i] - mean) * rstd;
        dx[i] = (float)(rstd * (g - total / (double)width - normal * along / (double)width));
    }
}

static void rms_norm(const float *x, const float *gain, float offset, float epsilon, float *y, long width,
                     float *rstd) {
    double inverse = 1 / sqrt((width ? sum_of_squares(x, width) / (double)width : 0) + epsilon);
    for (long i = 0; i < width; i++) y[i] = (float)(x[i] * inverse * (gain ? (double)gain[i] + offset : 1));
    *rstd = (float)inverse;
}

/* With x̂ = x·rstd and g = dy·(gain + offset): dx = rstd·(g − x̂·mean(g·x̂)). */
static void rms_norm_backward(const float *x, const float *gain, float offset, float rstd, const float *dy, float *dx,
                              float *dgain, long width) {
    double along = 0;
    for (long i = 0; i < width; i++) {
        double normal = (double)x[i] * rstd;
        along += dy[i] * (gain ? (double)gain[i] + offset : 1) * normal;
        if (dgain) dgain[i] += (float)(dy[i] * normal);
    }
    for (long i = 0; i < width; i++) {
        double g = dy[i] * (gain ? (double)gain[i] + offset : 1);
        dx[i] = (float)(rstd * (g - (double)x[i] * rstd * along / (double)width));
    }
}

static void rotate(float *x, long heads, long head_stride, long rotary, const float *cosines, const float *sines,
                   bool interleaved) {
    long half = rotary / 2;
    for (long h = 0; h < heads; h++) {
        float *head = x + h * head_stride;
        for (long i = 0; i < half; i++) {
            float *first = interleaved ? head + 2 * i : head + i;
            float *second = interleaved ? first + 1 : first + half;
            double a = *first, b = *second;
            *first = (float)(a * cosines[i] - b * sines[i]);
            *second = (float)(b * cosines[i] + a * sines[i]);
        }
    }
}

static void attention_scores(const float *q, const float *k, long keys, long k_stride, long head_width, float scale,
                             float *scores) {
    for (long j = 0; j < keys; j++) {
        double total = 0;
        for (long i = 0; i < head_width; i++) total += (double)q[i] * k[j * k_stride + i];
        scores[j] = (float)(scale * total);
    }
}

static void attention_mix(const float *p, const float *v, long keys, long v_stride, long head_width, float *y) {
    for (long i = 0; i < head_width; i++) {
        double total = 0;
        for (long j = 0; j < keys; j++) total += (double)p[j] * v[j * v_stride + i];
        y[i] = (float)total;
    }
}

static bool hidden(const int32_t *first, const int32_t *end, long r, long key) {
    return (first && key < first[r]) || (end && key >= end[r]);
}

static void attention_rows(float *scores, long rows, long stride, const int32_t *first, const int32_t *end, long low,
                           float *log_sums) {
    for (long r = 0; r < rows; r++) {
        float *line = scores + r * stride;
        for (long j = 0; j < stride; j++)
            if (hidden(first, end, r, low + j)) line[j] = -INFINITY;
        log_sums[r] = softmax(line, 1, line, stride);
    }
}

static void attention_rows_backward(float *p, float *dp, long rows, long stride, const int32_t *first,
                                    const int32_t *end, long low, const float *log_sums, const float *o, long o_stride,
                                    const float *g, long g_stride, long width) {
    for (long r = 0; r < rows; r++) {
        double along = 0;
        for (long i = 0; i < width; i++) along += (double)o[r * o_stride + i] * g[r * g_stride + i];
        for (long j = r * stride; j < (r + 1) * stride; j++) {
            bool seen = !hidden(first, end, r, low + j - r * stride);
            double probability = seen ? exp((double)p[j] - log_sums[r]) : 0;
            p[j] = (float)probability;
            dp[j] = (float)(probability * (dp[j] - along));
        }
    }
}
