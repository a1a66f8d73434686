/* The packed products; the layout of a panel is told in reference/gemm.h.

   A micro-tile of ROWS × COLUMNS sums is kept in registers over a fixed length of inputs and then added to y: the order
   of the additions of an element depends on `inputs` alone. */
#pragma once
#include "micro_tile.h"

/* Steps (pairs of bf16, single floats) before the sums go to y: a panel of columns stays in a first-level cache. */
enum { BF16_DEPTH = 1024, F32_DEPTH = 256 };

/* The rows of one panel of a times the columns of one panel of b over some steps. `bias` begins at the panel's columns. */
typedef void panel_product(const uint8_t *a, const uint8_t *b, long steps, long rows, long columns, bool add_to,
                           const float *bias, float *y, long y_stride);

static void bf16_panels(const uint8_t *a, const uint8_t *b, long pairs, long rows, long columns, bool add_to,
                        const float *bias, float *y, long y_stride) {
    for (int r = 0; r < rows; r += TILE_ROWS)
        for (int c = 0; c < PANEL_PARTS && c * LANES < columns; c += TILE_PARTS) {
            vf sums[12][4];
            micro_tile(TILE_ROWS, TILE_PARTS, a + r * 4, b + c * LANES * 4, pairs, sums);
            put_tile(TILE_ROWS, TILE_PARTS, sums, rows - r, columns - c * LANES, 1.0f, add_to,
                     bias ? bias + c * LANES : NULL, y + r * y_stride + c * LANES, y_stride);
        }
}

/* Depth by depth, panel of b by panel of b (which stays in a cache), all panels of a. */
INLINE void gemm_with(panel_product *product, const long depth_limit, const void *packed_a, const void *packed_b,
                      long rows, long outputs, long steps, bool accumulate, const float *bias, float *y, long y_stride) {
    for (long p = 0; p < steps || p == 0; p += depth_limit) {
        long depth = steps - p < depth_limit ? steps - p : depth_limit;
        for (long n = 0; n < outputs; n += CK_COLUMN_PANEL)
            for (long m = 0; m < rows; m += CK_ROW_PANEL)
                product((const uint8_t *)packed_a + (m * steps + p * CK_ROW_PANEL) * 4,
                        (const uint8_t *)packed_b + (n * steps + p * CK_COLUMN_PANEL) * 4, depth,
                        rows - m < CK_ROW_PANEL ? rows - m : CK_ROW_PANEL,
                        outputs - n < CK_COLUMN_PANEL ? outputs - n : CK_COLUMN_PANEL, accumulate || p > 0,
                        bias && p == 0 ? bias + n : NULL, y + m * y_stride + n, y_stride);
    }
}

static void bf16_gemm(const void *packed_a, const void *packed_b, long rows, long outputs, long inputs, bool accumulate,
                      const float *bias, float *y, long y_stride) {
    gemm_with(bf16_panels, BF16_DEPTH, packed_a, packed_b, rows, outputs, (inputs + 1) / 2, accumulate, bias, y, y_stride);
}

/* One strip of columns that one tile covers: all rows. */
INLINE void float_strip(const float *a, long a_row, long a_column, const float *b, long b_row, long rows, long wanted,
                        long steps, float factor, bool add_to, const float *bias, float *y, long y_stride) {
    bool narrow = wanted <= LANES, whole = wanted >= FLOAT_PARTS * LANES;
    long m = 0;
    for (; m + FLOAT_ROWS <= rows; m += FLOAT_ROWS)
        (whole ? whole_tile : narrow ? narrow_tile : edge_tile)(a + m * a_row, a_row, a_column, b, b_row, steps, wanted,
                                                                factor, add_to, bias, y + m * y_stride, y_stride);
    for (; m + FLOAT_ROWS / 3 <= rows; m += FLOAT_ROWS / 3)
        (narrow ? narrow_third_tile : third_tile)(a + m * a_row, a_row, a_column, b, b_row, steps, wanted, factor, add_to,
                                                  bias, y + m * y_stride, y_stride);
    for (; m < rows; m++)
        row_tile(a + m * a_row, a_row, a_column, b, b_row, steps, wanted, factor, add_to, bias, y + m * y_stride,
                 y_stride);
}

static void f32_product(const float *a, long a_row, long a_column, const float *b, long b_row, long b_panel, long rows,
                        long columns, long inputs, float factor, const float *bias, bool accumulate, float *y,
                        long y_stride) {
    for (long k = 0; k < inputs || k == 0; k += F32_DEPTH) {
        long steps = inputs - k < F32_DEPTH ? inputs - k : F32_DEPTH;
        for (long n = 0; n < columns; n += FLOAT_PARTS * LANES)
            float_strip(a + k * a_column, a_row, a_column,
                        b + n / CK_COLUMN_PANEL * b_panel + n % CK_COLUMN_PANEL + k * b_row, b_row, rows, columns - n,
                        steps, factor, accumulate || k > 0, bias && k == 0 ? bias + n : NULL, y + n, y_stride);
    }
}
