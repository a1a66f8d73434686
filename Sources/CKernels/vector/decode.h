/* x·Wᵀ for few rows: the kernels decoding spends its time in.

   Every y[m][n] is one sum over k in one vector, in the order of k, whatever the tile: so neither the number of rows nor
   the outputs in the call change it. A tile of M rows × N outputs shares the loads of x and of the weights; N streams of
   weights also keep more lines of memory in flight than one. */
#pragma once
#include "conversion.h"

#ifndef PREFETCH_BYTES
#define PREFETCH_BYTES 1024
#endif

/* LANES weights of a plain type from element k on. */
INLINE vf plain_weights(ck_dtype dtype, const uint8_t *row, long k) {
    if (dtype == CK_F32) return load((const float *)(const void *)(row + 4 * k));
    vs halves = load_halves(row + 2 * k);
    return dtype == CK_F16 ? from_f16(halves) : from_bf16(halves);
}

INLINE vf plain_weights_part(ck_dtype dtype, const uint8_t *row, long k, long count) {
    if (dtype == CK_F32) return load_part((const float *)(const void *)(row + 4 * k), count);
    vs halves = load_halves_part(row + 2 * k, count);
    return dtype == CK_F16 ? from_f16(halves) : from_bf16(halves);
}

INLINE void prefetch(const uint8_t *address) { __builtin_prefetch(address, 0, 3); }

/* y[0..<M][0..<N]; M and N are constants of each place that calls this. */
INLINE void tile(ck_dtype dtype, const int M, const int N, const float *x, long x_stride, const uint8_t *weights,
                 size_t row_bytes, long inputs, const float *bias, float *y, long y_stride) {
    vf sums[8][8];
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++) sums[m][n] = 0;
    long k = 0;
    if (dtype == CK_Q8_0 || dtype == CK_Q4_0) {
        const long block_bytes = dtype == CK_Q8_0 ? Q8_0_BYTES : Q4_0_BYTES;
        for (const uint8_t *block = weights; k < inputs; k += BLOCK, block += block_bytes) {
#pragma unroll
            for (int n = 0; n < N; n++) {
                vf w[PARTS];
                prefetch(block + (size_t)n * row_bytes + PREFETCH_BYTES);
                if (dtype == CK_Q8_0) load_q8_0(block + (size_t)n * row_bytes, w);
                else load_q4_0(block + (size_t)n * row_bytes, w);
#pragma unroll
                for (int m = 0; m < M; m++)
#pragma unroll
                    for (int part = 0; part < PARTS; part++)
                        sums[m][n] = FMA(load(x + m * x_stride + k + part * LANES), w[part], sums[m][n]);
            }
        }
    } else {
        for (; k + LANES <= inputs; k += LANES) {
            vf w[8];
#pragma unroll
            for (int n = 0; n < N; n++) {
                const uint8_t *row = weights + (size_t)n * row_bytes;
                prefetch(row + (dtype == CK_F32 ? 4 : 2) * k + PREFETCH_BYTES);
                w[n] = plain_weights(dtype, row, k);
            }
#pragma unroll
            for (int m = 0; m < M; m++) {
                vf v = load(x + m * x_stride + k);
#pragma unroll
                for (int n = 0; n < N; n++) sums[m][n] = FMA(v, w[n], sums[m][n]);
            }
        }
        for (int n = 0; n < N && k < inputs; n++) {
            vf w = plain_weights_part(dtype, weights + (size_t)n * row_bytes, k, inputs - k);
            for (int m = 0; m < M; m++) sums[m][n] = FMA(load_part(x + m * x_stride + k, inputs - k), w, sums[m][n]);
        }
    }
#pragma unroll
    for (int m = 0; m < M; m++)
#pragma unroll
        for (int n = 0; n < N; n++) y[m * y_stride + n] = lane_sum(sums[m][n]) + (bias ? bias[n] : 0);
}

/* Outputs a tile has for 1, 2, 4 and 8 rows: as many sums as the registers hold. */
#if LANES == 16
enum { OUTPUTS1 = 4, OUTPUTS2 = 4, OUTPUTS4 = 4, OUTPUTS8 = 3, MOST_ROWS = 8 };
#else
enum { OUTPUTS1 = 4, OUTPUTS2 = 4, OUTPUTS4 = 2, OUTPUTS8 = 1, MOST_ROWS = 4 };
#endif

/* All outputs for M rows. */
#define STRIP(M)                                                                                                   \
    static void strip##M(ck_dtype dtype, const float *x, long x_stride, const uint8_t *weights, size_t row_bytes,  \
                         long outputs, long inputs, const float *bias, float *y, long y_stride) {                  \
        switch (dtype) {                                                                                           \
            STRIP_OF(M, CK_F32)                                                                                    \
            STRIP_OF(M, CK_F16)                                                                                    \
            STRIP_OF(M, CK_BF16)                                                                                   \
            STRIP_OF(M, CK_Q8_0)                                                                                   \
            STRIP_OF(M, CK_Q4_0)                                                                                   \
        }                                                                                                          \
    }
#define STRIP_OF(M, type)                                                                                          \
    case type: {                                                                                                   \
        long n = 0;                                                                                                \
        for (; n + OUTPUTS##M <= outputs; n += OUTPUTS##M)                                                         \
            tile(type, M, OUTPUTS##M, x, x_stride, weights + (size_t)n * row_bytes, row_bytes, inputs,             \
                 bias ? bias + n : NULL, y + n, y_stride);                                                         \
        for (; n < outputs; n++)                                                                                   \
            tile(type, M, 1, x, x_stride, weights + (size_t)n * row_bytes, row_bytes, inputs,                      \
                 bias ? bias + n : NULL, y + n, y_stride);                                                         \
        break;                                                                                                     \
    }
STRIP(1)
STRIP(2)
STRIP(4)
#if LANES == 16
STRIP(8)
#endif

/* Weights are walked in slabs that stay in the first-level cache while every group of rows passes over them. */
static void rows_times_weights(ck_dtype dtype, const float *x, long rows, long x_stride, const void *weights,
                               long outputs, long inputs, const float *bias, float *y, long y_stride) {
    size_t row_bytes = bytes_of(dtype, inputs);
    bool one_pass = rows == 1 || rows == 2 || rows == 4 || (rows == 8 && MOST_ROWS == 8);
    long slab = one_pass ? outputs : 12;
    for (long n = 0; n < outputs; n += slab) {
        const uint8_t *slab_weights = (const uint8_t *)weights + (size_t)n * row_bytes;
        const float *slab_bias = bias ? bias + n : NULL;
        long count = outputs - n < slab ? outputs - n : slab, m = 0;
#if LANES == 16
        for (; m + 8 <= rows; m += 8)
            strip8(dtype, x + m * x_stride, x_stride, slab_weights, row_bytes, count, inputs, slab_bias,
                   y + m * y_stride + n, y_stride);
#endif
        for (; m + 4 <= rows; m += 4)
            strip4(dtype, x + m * x_stride, x_stride, slab_weights, row_bytes, count, inputs, slab_bias,
                   y + m * y_stride + n, y_stride);
        for (; m + 2 <= rows; m += 2)
            strip2(dtype, x + m * x_stride, x_stride, slab_weights, row_bytes, count, inputs, slab_bias,
                   y + m * y_stride + n, y_stride);
        if (m < rows)
            strip1(dtype, x + m * x_stride, x_stride, slab_weights, row_bytes, count, inputs, slab_bias,
                   y + m * y_stride + n, y_stride);
    }
}
