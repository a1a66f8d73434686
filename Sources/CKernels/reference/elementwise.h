/* Reference: elementwise kernels, computed in double and rounded once. */
#pragma once
#include "../formats.h"

static void axpy(float a, const float *x, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = (float)(y[i] + (double)a * x[i]);
}

static void add(const float *a, const float *b, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = a[i] + b[i];
}

static void subtract(const float *a, const float *b, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = a[i] - b[i];
}

static void multiply(const float *a, const float *b, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = a[i] * b[i];
}

static void multiply_add(const float *a, const float *b, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = (float)(y[i] + (double)a[i] * b[i]);
}

static void scale(const float *x, float factor, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = x[i] * factor;
}

static void exponential(const float *x, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = (float)exp(x[i]);
}

/* --- activations f and their derivatives --- */

static double logistic(double x) { return 1 / (1 + exp(-x)); }
static double relu_of(double x) { return x < 0 ? 0 : x; }
static double relu_slope(double x) { return x > 0 ? 1 : 0; }
static double normal_cumulative(double x) { return 0.5 * erfc(-x * 0.70710678118654752); }
/* x·Φ(x); the limit 0 at −∞ */
static double gelu_of(double x) { return x == -INFINITY ? 0 : x * normal_cumulative(x); }
/* Φ(x) + x·φ(x), φ(x) = exp(−x²/2)/√(2π) */
static double gelu_slope(double x) {
    if (isinf(x)) return x > 0;
    return normal_cumulative(x) + x * exp(-0.5 * x * x) * 0.39894228040143268;
}
/* ½(1 + tanh u) = logistic(2u), u = √(2/π)(x + 0.044715x³) */
static double gelu_tanh_of(double x) {
    if (x == -INFINITY) return 0;
    return x * logistic(2 * 0.79788456080286536 * (x + 0.044715 * x * x * x));
}
static double gelu_tanh_slope(double x) {
    if (isinf(x)) return x > 0;
    double s = logistic(2 * 0.79788456080286536 * (x + 0.044715 * x * x * x));
    return s + x * s * (1 - s) * 2 * 0.79788456080286536 * (1 + 3 * 0.044715 * x * x);
}
static double quick_gelu_of(double x) { return x == -INFINITY ? 0 : x * logistic(1.702 * x); }
static double quick_gelu_slope(double x) {
    if (isinf(x)) return x > 0;
    double s = logistic(1.702 * x);
    return s + 1.702 * x * s * (1 - s);
}
static double silu_of(double x) { return x == -INFINITY ? 0 : x * logistic(x); }
static double silu_slope(double x) {
    if (isinf(x)) return x > 0;
    double s = logistic(x);
    return s + x * s * (1 - s);
}

#define ACTIVATION(name)                                                                  \
    static void name(const float *x, float *y, long count) {                              \
        for (long i = 0; i < count; i++) y[i] = (float)name##_of(x[i]);                   \
    }                                                                                     \
    static void name##_backward(const float *x, const float *dy, float *dx, long count) { \
        for (long i = 0; i < count; i++) dx[i] = (float)(dy[i] * name##_slope(x[i]));     \
    }
ACTIVATION(relu)
ACTIVATION(gelu)
ACTIVATION(gelu_tanh)
ACTIVATION(quick_gelu)
ACTIVATION(silu)

static void sigmoid(const float *x, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = (float)logistic(x[i]);
}

static void tanh_(const float *x, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = (float)tanh(x[i]);
}

static void swiglu(const float *g, const float *u, float *y, long count) {
    for (long i = 0; i < count; i++) y[i] = (float)(silu_of(g[i]) * u[i]);
}

static void swiglu_backward(const float *g, const float *u, const float *dy, float *dg, float *du, long count) {
    for (long i = 0; i < count; i++) {
        double gate = g[i], up = u[i], d = dy[i];
        dg[i] = (float)(d * up * silu_slope(gate));
        du[i] = (float)(d * silu_of(gate));
    }
}

/* --- optimisers --- */

static void adamw(float *p, const float *g, float *m, float *v, long count, float grad_scale, float lr, float beta1,
                  float beta2, float epsilon, float decay, float correction1, float correction2) {
    for (long i = 0; i < count; i++) {
        double gradient = (double)g[i] * grad_scale;
        double first = (double)beta1 * m[i] + (1 - (double)beta1) * gradient;
        double second = (double)beta2 * v[i] + (1 - (double)beta2) * gradient * gradient;
        double step = (double)lr / correction1 * first / (sqrt(second) / sqrt((double)correction2) + epsilon);
        p[i] = (float)(p[i] * (1 - (double)lr * decay) - step);
        m[i] = (float)first;
        v[i] = (float)second;
    }
}

/* Lion: p −= lr·(sign(β₁m + (1−β₁)g) + decay·p); m = β₂m + (1−β₂)g. */
static void lion(float *p, const float *g, float *m, long count, float grad_scale, float lr, float beta1, float beta2,
                 float decay) {
    for (long i = 0; i < count; i++) {
        double gradient = (double)g[i] * grad_scale;
        double direction = (double)beta1 * m[i] + (1 - (double)beta1) * gradient;
        double sign = direction > 0 ? 1 : direction < 0 ? -1 : 0;
        p[i] = (float)(p[i] * (1 - (double)lr * decay) - lr * sign);
        m[i] = (float)((double)beta2 * m[i] + (1 - (double)beta2) * gradient);
    }
}
