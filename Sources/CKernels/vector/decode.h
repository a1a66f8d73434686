/* x·Wᵀ for few rows: the kernels decoding spends its time in.

   Every y[m][n] is the sum of two vectors, fed in turn along k, whatever the tile: so neither the number of rows nor the
   outputs in the call change it. A tile of M rows × N outputs shares the loads of x and of the weights.

   From memory, the speed is that of the memory if enough lines are under way. Plain float rows leave that to the processor.
   The other types do more work a byte, so the processor looks less far ahead; they touch lines in advance, in the
   order of the addresses (not row by row), far enough that also the next page is known. Measured: 20 → 30 GB/s. */
#pragma once
#include "conversion.h"

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

/* How many bytes ahead of the first row of a tile to touch; 0 for not at all. */
INLINE size_t lead_of(ck_dtype dtype, const int N, size_t row_bytes) {
    if (dtype == CK_F32 && N == 1) return 0;
    size_t least = dtype == CK_Q8_0 || dtype == CK_Q4_0 ? 16384 : 8192, next_tile = (size_t)N * row_bytes;
    return N > 1 && next_tile > least ? next_tile : least;
}

/* Touches `bytes` bytes in steps of a line or less. The address may lie behind the weights: a touch never faults. */
INLINE void touch(uintptr_t address, const long bytes, const long step) {
#pragma unroll
    for (long offset = 0; offset < bytes; offset += step < 64 ? step : 64)
        __builtin_prefetch((const void *)(address + (uintptr_t)offset), 0, 3);
}

/* y[0..<M][0..<N]; dtype, M and N are constants of each place that calls this. */
INLINE void tile(ck_dtype dtype, const int M, const int N, const float *x, long x_stride, const uint8_t *weights,
                 size_t row_bytes, long inputs, const float *bias, float *y, long y_stride) {
    vf sums[4][4][2];
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++) sums[m][n][0] = sums[m][n][1] = 0;
    size_t lead = lead_of(dtype, N, row_bytes);
    uintptr_t ahead = (uintptr_t)weights + lead;
    long k = 0;
    if (dtype == CK_Q8_0 || dtype == CK_Q4_0) {
        const long block_bytes = dtype == CK_Q8_0 ? Q8_0_BYTES : Q4_0_BYTES;
        for (const uint8_t *block = weights; k < inputs; k += BLOCK, block += block_bytes, ahead += N * block_bytes) {
            touch(ahead, N * block_bytes, block_bytes);
#pragma unroll
            for (int n = 0; n < N; n++) {
                vf w[PARTS];
                if (dtype == CK_Q8_0) load_q8_0(block + (size_t)n * row_bytes, w);
                else load_q4_0(block + (size_t)n * row_bytes, w);
#pragma unroll
                for (int m = 0; m < M; m++)
#pragma unroll
                    for (int part = 0; part < PARTS; part++)
                        sums[m][n][part % 2] =
                            FMA(load(x + m * x_stride + k + part * LANES), w[part], sums[m][n][part % 2]);
            }
        }
    } else {
        const long step = 2 * LANES * (dtype == CK_F32 ? 4 : 2);
        for (; k + 2 * LANES <= inputs; k += 2 * LANES, ahead += N * step) {
            if (lead > 0) touch(ahead, N * step, step);
#pragma unroll
            for (int half = 0; half < 2; half++) {
                vf w[4];
#pragma unroll
                for (int n = 0; n < N; n++)
                    w[n] = plain_weights(dtype, weights + (size_t)n * row_bytes, k + half * LANES);
#pragma unroll
                for (int m = 0; m < M; m++) {
                    vf v = load(x + m * x_stride + k + half * LANES);
#pragma unroll
                    for (int n = 0; n < N; n++) sums[m][n][half] = FMA(v, w[n], sums[m][n][half]);
                }
            }
        }
        for (int half = 0; k < inputs; k += LANES, half++) {
            long rest = inputs - k;
#pragma unroll
            for (int n = 0; n < N; n++) {
                const uint8_t *row = weights + (size_t)n * row_bytes;
                vf w = rest < LANES ? plain_weights_part(dtype, row, k, rest) : plain_weights(dtype, row, k);
#pragma unroll
                for (int m = 0; m < M; m++) {
                    const float *v = x + m * x_stride + k;
                    vf product_with = rest < LANES ? load_part(v, rest) : load(v);
                    if (half == 0) sums[m][n][0] = FMA(product_with, w, sums[m][n][0]);
                    else sums[m][n][1] = FMA(product_with, w, sums[m][n][1]);
                }
            }
        }
    }
#pragma unroll
    for (int m = 0; m < M; m++)
#pragma unroll
        for (int n = 0; n < N; n++)
            y[m * y_stride + n] = lane_sum(sums[m][n][0] + sums[m][n][1]) + (bias ? bias[n] : 0);
}

/* Outputs of a tile for M rows: as many sums as the registers hold. One long row at a time comes quickest from memory. */
#if LANES == 8
enum { TILE1 = 4, TILE2 = 2, TILE4 = 1 };
#else
enum { TILE1 = 4, TILE2 = 4, TILE4 = 3 };
#endif
enum { LONG_ROW_BYTES = 2048 };

/* All outputs for M rows. */
INLINE void strip(ck_dtype dtype, const int M, const int N, const float *x, long x_stride, const uint8_t *weights,
                  size_t row_bytes, long outputs, long inputs, const float *bias, float *y, long y_stride) {
    long n = 0;
    bool one_at_a_time = M == 1 && row_bytes >= LONG_ROW_BYTES && dtype != CK_Q4_0;
    for (; n + N <= outputs && !one_at_a_time; n += N)
        tile(dtype, M, N, x, x_stride, weights + (size_t)n * row_bytes, row_bytes, inputs, bias ? bias + n : NULL, y + n,
             y_stride);
    for (; n < outputs; n++)
        tile(dtype, M, 1, x, x_stride, weights + (size_t)n * row_bytes, row_bytes, inputs, bias ? bias + n : NULL, y + n,
             y_stride);
}

#define STRIPS_OF(M, type, name)                                                                                      \
    static __attribute__((noinline)) void name(const float *x, long x_stride, const uint8_t *weights,                 \
                                               size_t row_bytes, long outputs, long inputs, const float *bias,        \
                                               float *y, long y_stride) {                                             \
        strip(type, M, TILE##M, x, x_stride, weights, row_bytes, outputs, inputs, bias, y, y_stride);                 \
    }
#define STRIPS(M)                         \
    STRIPS_OF(M, CK_F32, strip##M##_f32)  \
    STRIPS_OF(M, CK_F16, strip##M##_f16)  \
    STRIPS_OF(M, CK_BF16, strip##M##_bf16) \
    STRIPS_OF(M, CK_Q8_0, strip##M##_q8_0) \
    STRIPS_OF(M, CK_Q4_0, strip##M##_q4_0)
STRIPS(1)
STRIPS(2)
STRIPS(4)

typedef void strip_function(const float *x, long x_stride, const uint8_t *weights, size_t row_bytes, long outputs,
                            long inputs, const float *bias, float *y, long y_stride);

/* Weights are walked in slabs small enough to stay in a cache while every group of four, two or one rows passes over. */
static void rows_times_weights(ck_dtype dtype, const float *x, long rows, long x_stride, const void *weights,
                               long outputs, long inputs, const float *bias, float *y, long y_stride) {
    static strip_function *const strips[3][5] = {
        {strip1_f32, strip1_f16, strip1_bf16, strip1_q8_0, strip1_q4_0},
        {strip2_f32, strip2_f16, strip2_bf16, strip2_q8_0, strip2_q4_0},
        {strip4_f32, strip4_f16, strip4_bf16, strip4_q8_0, strip4_q4_0},
    };
    size_t row_bytes = bytes_of(dtype, inputs);
    long slab = rows == 1 || rows == 2 || rows == 4 ? outputs : 12;
    for (long n = 0; n < outputs; n += slab) {
        long count = outputs - n < slab ? outputs - n : slab;
        for (long m = 0; m < rows;) {
            int size = rows - m >= 4 ? 2 : rows - m >= 2 ? 1 : 0;
            strips[size][dtype](x + m * x_stride, x_stride, (const uint8_t *)weights + (size_t)n * row_bytes, row_bytes,
                                count, inputs, bias ? bias + n : NULL, y + m * y_stride + n, y_stride);
            m += 1 << size;
        }
    }
}
