/* Elementwise kernels: an expression of the vectors a (and b), whole vectors first, then the part left over. */
#pragma once
#include "functions.h"

#define MAP1(name, expression)                                   \
    static void name(const float *x, float *y, long count) {     \
        long i = 0;                                              \
        for (; i + LANES <= count; i += LANES) {                 \
            vf a = load(x + i);                                  \
            store(y + i, expression);                            \
        }                                                        \
        if (i < count) {                                         \
            vf a = load_part(x + i, count - i);                  \
            store_part(y + i, expression, count - i);            \
        }                                                        \
    }

#define MAP2(name, expression)                                                   \
    static void name(const float *first, const float *second, float *y, long count) { \
        long i = 0;                                                              \
        for (; i + LANES <= count; i += LANES) {                                 \
            vf a = load(first + i), b = load(second + i);                        \
            store(y + i, expression);                                            \
        }                                                                        \
        if (i < count) {                                                         \
            vf a = load_part(first + i, count - i), b = load_part(second + i, count - i); \
            store_part(y + i, expression, count - i);                            \
        }                                                                        \
    }

MAP2(add, a + b)
MAP2(subtract, a - b)
MAP2(multiply, a * b)
MAP1(exponential, exponential_of(a))
MAP1(sigmoid, logistic_of(a))
MAP1(tanh_, tanh_of(a))
MAP1(relu, relu_of(a))
MAP2(relu_backward, b * relu_slope(a))
MAP1(gelu, gelu_of(a))
MAP2(gelu_backward, b * gelu_slope(a))
MAP1(gelu_tanh, gelu_tanh_of(a))
MAP2(gelu_tanh_backward, b * gelu_tanh_slope(a))
MAP1(quick_gelu, quick_gelu_of(a))
MAP2(quick_gelu_backward, b * quick_gelu_slope(a))
MAP1(silu, silu_of(a))
MAP2(silu_backward, b * silu_slope(a))
MAP2(swiglu, silu_of(a) * b)

static void axpy(float factor, const float *x, float *y, long count) {
    long i = 0;
    for (; i + LANES <= count; i += LANES) store(y + i, FMA(fill(factor), load(x + i), load(y + i)));
    long rest = count - i;
    if (rest > 0) store_part(y + i, FMA(fill(factor), load_part(x + i, rest), load_part(y + i, rest)), rest);
}

static void multiply_add(const float *a, const float *b, float *y, long count) {
    long i = 0;
    for (; i + LANES <= count; i += LANES) store(y + i, FMA(load(a + i), load(b + i), load(y + i)));
    long rest = count - i;
    if (rest > 0) store_part(y + i, FMA(load_part(a + i, rest), load_part(b + i, rest), load_part(y + i, rest)), rest);
}

static void scale(const float *x, float factor, float *y, long count) {
    long i = 0;
    for (; i + LANES <= count; i += LANES) store(y + i, load(x + i) * factor);
    if (i < count) store_part(y + i, load_part(x + i, count - i) * factor, count - i);
}

/* dg = dy·u·(s + g·s(1 − s)), du = dy·g·s with s = sigmoid(g). */
INLINE void swiglu_gradients(vf g, vf u, vf d, vf *dg, vf *du) {
    vf c = clamped(g, -128.0f, 128.0f), s = logistic_of(c);
    *dg = d * u * FMA(c * s, 1.0f - s, s);
    *du = d * (clamped(g, -128.0f, INFINITY) * s);
}

static void swiglu_backward(const float *g, const float *u, const float *dy, float *dg, float *du, long count) {
    vf gate, up;
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        swiglu_gradients(load(g + i), load(u + i), load(dy + i), &gate, &up);
        store(dg + i, gate);
        store(du + i, up);
    }
    long rest = count - i;
    if (rest <= 0) return;
    swiglu_gradients(load_part(g + i, rest), load_part(u + i, rest), load_part(dy + i, rest), &gate, &up);
    store_part(dg + i, gate, rest);
    store_part(du + i, up, rest);
}

/* --- optimisers --- */

typedef struct {
    float grad_scale, beta1, beta2, rate, shrink, root, epsilon;
} adamw_factors;

INLINE void adamw_step(const adamw_factors *f, vf *p, vf g, vf *m, vf *v) {
    g *= f->grad_scale;
    *m = FMA(fill(f->beta1), *m, (1.0f - f->beta1) * g);
    *v = FMA(fill(f->beta2), *v, (1.0f - f->beta2) * g * g);
    vf step = f->rate * *m / FMA(square_root(*v), fill(f->root), fill(f->epsilon));
    *p = FMA(*p, fill(-f->shrink), *p) - step;
}

static void adamw(float *p, const float *g, float *m, float *v, long count, float grad_scale, float lr, float beta1,
                  float beta2, float epsilon, float decay, float correction1, float correction2) {
    adamw_factors f = {grad_scale,  beta1, beta2, (float)((double)lr / correction1), (float)((double)lr * decay),
                       (float)(1 / sqrt((double)correction2)), epsilon};
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        vf parameter = load(p + i), first = load(m + i), second = load(v + i);
        adamw_step(&f, &parameter, load(g + i), &first, &second);
        store(p + i, parameter);
        store(m + i, first);
        store(v + i, second);
    }
    long rest = count - i;
    if (rest <= 0) return;
    vf parameter = load_part(p + i, rest), first = load_part(m + i, rest), second = load_part(v + i, rest);
    adamw_step(&f, &parameter, load_part(g + i, rest), &first, &second);
    store_part(p + i, parameter, rest);
    store_part(m + i, first, rest);
    store_part(v + i, second, rest);
}

typedef struct {
    float grad_scale, beta1, beta2, rate, shrink;
} lion_factors;

INLINE void lion_step(const lion_factors *f, vf *p, vf g, vf *m) {
    g *= f->grad_scale;
    vf direction = FMA(fill(f->beta1), *m, (1.0f - f->beta1) * g);
    vf step = direction > fill(0.0f) ? fill(f->rate) : fill(0.0f);
    step = direction < fill(0.0f) ? fill(-f->rate) : step;
    *p = FMA(*p, fill(-f->shrink), *p) - step;
    *m = FMA(fill(f->beta2), *m, (1.0f - f->beta2) * g);
}

static void lion(float *p, const float *g, float *m, long count, float grad_scale, float lr, float beta1, float beta2,
                 float decay) {
    lion_factors f = {grad_scale, beta1, beta2, lr, (float)((double)lr * decay)};
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        vf parameter = load(p + i), momentum = load(m + i);
        lion_step(&f, &parameter, load(g + i), &momentum);
        store(p + i, parameter);
        store(m + i, momentum);
    }
    long rest = count - i;
    if (rest <= 0) return;
    vf parameter = load_part(p + i, rest), momentum = load_part(m + i, rest);
    lion_step(&f, &parameter, load_part(g + i, rest), &momentum);
    store_part(p + i, parameter, rest);
    store_part(m + i, momentum, rest);
}
