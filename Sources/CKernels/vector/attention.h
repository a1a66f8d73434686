/* Rotary embedding, and attention of one query of one head. */
#pragma once
#include "rows.h"

typedef float vpairs __attribute__((ext_vector_type(2 * LANES)));

/* (a, b) → (a·cos − b·sin, b·cos + a·sin) */
INLINE void turn(vf *a, vf *b, vf cosine, vf sine) {
    vf first = FMA(*a, cosine, -(*b * sine)), second = FMA(*b, cosine, *a * sine);
    *a = first;
    *b = second;
}

INLINE void rotate_interleaved(float *head, long half, const float *cosines, const float *sines) {
    for (long i = 0; i < half; i += LANES) {
        long rest = half - i;
        bool whole = rest >= LANES;
        vf cosine = whole ? load(cosines + i) : load_part(cosines + i, rest);
        vf sine = whole ? load(sines + i) : load_part(sines + i, rest);
        size_t bytes = whole ? sizeof(vpairs) : (size_t)rest * 8;
        vpairs pairs = 0;
        if (whole) __builtin_memcpy(&pairs, head + 2 * i, sizeof pairs);
        else memcpy(&pairs, head + 2 * i, bytes);
        vf a = pairs.even, b = pairs.odd;
        turn(&a, &b, cosine, sine);
        pairs.even = a;
        pairs.odd = b;
        if (whole) __builtin_memcpy(head + 2 * i, &pairs, sizeof pairs);
        else memcpy(head + 2 * i, &pairs, bytes);
    }
}

INLINE void rotate_halves(float *head, long half, const float *cosines, const float *sines) {
    long i = 0;
    for (; i + LANES <= half; i += LANES) {
        vf a = load(head + i), b = load(head + half + i);
        turn(&a, &b, load(cosines + i), load(sines + i));
        store(head + i, a);
        store(head + half + i, b);
    }
    long rest = half - i;
    if (rest <= 0) return;
    vf a = load_part(head + i, rest), b = load_part(head + half + i, rest);
    turn(&a, &b, load_part(cosines + i, rest), load_part(sines + i, rest));
    store_part(head + i, a, rest);
    store_part(head + half + i, b, rest);
}

static void rotate(float *x, long heads, long head_stride, long rotary, const float *cosines, const float *sines,
                   bool interleaved) {
    for (long h = 0; h < heads; h++) {
        if (interleaved) rotate_interleaved(x + h * head_stride, rotary / 2, cosines, sines);
        else rotate_halves(x + h * head_stride, rotary / 2, cosines, sines);
    }
}

/* `together` keys at a time, one sum each: the value of a score does not depend on the grouping. */
INLINE void score_keys(const int together, const float *q, const float *k, long k_stride, long head_width, float factor,
                       float *scores) {
    vf sums[4] = {0, 0, 0, 0};
    long i = 0;
    for (; i + LANES <= head_width; i += LANES)
        for (int j = 0; j < together; j++) sums[j] = FMA(load(q + i), load(k + j * k_stride + i), sums[j]);
    long rest = head_width - i;
    for (int j = 0; j < together && rest > 0; j++)
        sums[j] = FMA(load_part(q + i, rest), load_part(k + j * k_stride + i, rest), sums[j]);
    for (int j = 0; j < together; j++) scores[j] = factor * lane_sum(sums[j]);
}

static void attention_scores(const float *q, const float *k, long keys, long k_stride, long head_width, float factor,
                             float *scores) {
    long j = 0;
    for (; j + 4 <= keys; j += 4) score_keys(4, q, k + j * k_stride, k_stride, head_width, factor, scores + j);
    for (; j < keys; j++) score_keys(1, q, k + j * k_stride, k_stride, head_width, factor, scores + j);
}

/* `columns` vectors of y at a time; even and odd keys are summed apart, which halves the chain of additions. */
INLINE void mix_columns(const int columns, const float *p, const float *v, long keys, long v_stride, float *y) {
    vf even[4] = {0, 0, 0, 0}, odd[4] = {0, 0, 0, 0};
    long j = 0;
    for (; j + 2 <= keys; j += 2)
        for (int c = 0; c < columns; c++) {
            even[c] = FMA(fill(p[j]), load(v + j * v_stride + c * LANES), even[c]);
            odd[c] = FMA(fill(p[j + 1]), load(v + (j + 1) * v_stride + c * LANES), odd[c]);
        }
    for (int c = 0; c < columns; c++) {
        if (j < keys) even[c] = FMA(fill(p[j]), load(v + j * v_stride + c * LANES), even[c]);
        store(y + c * LANES, even[c] + odd[c]);
    }
}

static void attention_mix(const float *p, const float *v, long keys, long v_stride, long head_width, float *y) {
    long i = 0;
    for (; i + 4 * LANES <= head_width; i += 4 * LANES) mix_columns(4, p, v + i, keys, v_stride, y + i);
    for (; i + LANES <= head_width; i += LANES) mix_columns(1, p, v + i, keys, v_stride, y + i);
    long rest = head_width - i;
    if (rest <= 0) return;
    vf even = 0, odd = 0;
    for (long j = 0; j < keys; j++) {
        vf value = load_part(v + j * v_stride + i, rest);
        if (j % 2 == 0) even = FMA(fill(p[j]), value, even);
        else odd = FMA(fill(p[j]), value, odd);
    }
    store_part(y + i, even + odd, rest);
}

/* --- many queries: the rows of a tile of scores --- */

/* The visible part of row r of a tile whose first key is `low`. */
INLINE void visible_part(const int32_t *first, const int32_t *end, long r, long low, long stride, long *start, long *stop) {
    *start = first && first[r] > low ? first[r] - low : 0;
    *stop = end && end[r] - low < stride ? end[r] - low : stride;
    if (*start >= *stop) *start = *stop = 0;
}

static void attention_rows(float *scores, long rows, long stride, const int32_t *first, const int32_t *end, long low,
                           float *log_sums) {
    for (long r = 0; r < rows; r++) {
        float *line = scores + r * stride;
        long start, stop;
        visible_part(first, end, r, low, stride, &start, &stop);
        for (long i = 0; i < start; i++) line[i] = 0;
        for (long i = stop; i < stride; i++) line[i] = 0;
        log_sums[r] = start < stop ? softmax(line + start, 1.0f, line + start, stop - start) : -INFINITY;
    }
}

static void attention_rows_backward(float *p, float *dp, long rows, long stride, const int32_t *first,
                                    const int32_t *end, long low, const float *log_sums, const float *o, long o_stride,
                                    const float *g, long g_stride, long width) {
    for (long r = 0; r < rows; r++) {
        float *line = p + r * stride, *gradient = dp + r * stride;
        float along = dot(o + r * o_stride, g + r * g_stride, width);
        long start, stop;
        visible_part(first, end, r, low, stride, &start, &stop);
        for (long i = 0; i < start; i++) line[i] = gradient[i] = 0;
        for (long i = stop; i < stride; i++) line[i] = gradient[i] = 0;
        for (long i = start; i < stop; i += LANES) {
            long rest = stop - i;
            bool whole = rest >= LANES;
            vf score = whole ? load(line + i) : load_part(line + i, rest);
            vf d = whole ? load(gradient + i) : load_part(gradient + i, rest);
            vf probability = exponential_of(score - log_sums[r]), result = probability * (d - along);
            if (whole) {
                store(line + i, probability);
                store(gradient + i, result);
            } else {
                store_part(line + i, probability, rest);
                store_part(gradient + i, result, rest);
            }
        }
    }
}
