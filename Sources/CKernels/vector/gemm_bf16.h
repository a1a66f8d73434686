/* The packed bf16 product with the instruction made for it: both products of a pair added to a float sum. Subnormal
   inputs and sums count as zero in it, and it rounds once per pair: results agree with the plain body to rounding. */
#pragma once
#include "gemm.h"

INLINE void panel_rows(const int rows, const uint8_t *a, const uint8_t *b, long pairs, long wanted_rows, long columns,
                       bool add_to, const float *bias, float *y, long y_stride) {
    vf sums[12][4];
    for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = 0;
    for (long p = 0; p < pairs; p++, a += CK_ROW_PANEL * 4, b += CK_COLUMN_PANEL * 4) {
        __m512bh left = (__m512bh)load_pairs(b), right = (__m512bh)load_pairs(b + 64);
#pragma unroll
        for (int r = 0; r < rows; r++) {
            __m512bh both = (__m512bh)_mm512_set1_epi32((int)load_pair(a + r * 4));
            sums[r][0] = (vf)_mm512_dpbf16_ps((__m512)sums[r][0], both, left);
            sums[r][1] = (vf)_mm512_dpbf16_ps((__m512)sums[r][1], both, right);
        }
    }
    put_tile(rows, 2, sums, wanted_rows, columns, 1.0f, add_to, bias, y, y_stride);
}

static void panel_product_dpbf16(const uint8_t *a, const uint8_t *b, long pairs, long rows, long columns, bool add_to,
                                 const float *bias, float *y, long y_stride) {
    if (rows > 8) panel_rows(12, a, b, pairs, rows, columns, add_to, bias, y, y_stride);
    else if (rows > 4) panel_rows(8, a, b, pairs, rows, columns, add_to, bias, y, y_stride);
    else panel_rows(4, a, b, pairs, rows, columns, add_to, bias, y, y_stride);
}

static void bf16_gemm_dpbf16(const void *packed_a, const void *packed_b, long rows, long outputs, long inputs,
                             bool accumulate, const float *bias, float *y, long y_stride) {
    gemm_with(panel_product_dpbf16, BF16_DEPTH, packed_a, packed_b, rows, outputs, (inputs + 1) / 2, accumulate, bias, y,
              y_stride);
}
