/* Tiles of sums in registers: what the products are made of. */
#pragma once
#include "conversion.h"

enum { PANEL_PARTS = CK_COLUMN_PANEL / LANES };
/* As many sums as the registers hold beside one row of b and one value of a. */
#if LANES == 16
enum { TILE_ROWS = 6, TILE_PARTS = 2, FLOAT_ROWS = 12, FLOAT_PARTS = 2 };
#elif LANES == 8
enum { TILE_ROWS = 4, TILE_PARTS = 2, FLOAT_ROWS = 6, FLOAT_PARTS = 2 };
#else
enum { TILE_ROWS = 4, TILE_PARTS = 2, FLOAT_ROWS = 6, FLOAT_PARTS = 4 };
#endif

INLINE vu load_pairs(const uint8_t *source) {
    vu result;
    __builtin_memcpy(&result, source, sizeof result);
    return result;
}

INLINE uint32_t load_pair(const uint8_t *source) {
    uint32_t result;
    __builtin_memcpy(&result, source, sizeof result);
    return result;
}

/* sums[r][c] over `pairs` pairs of bf16: rows of the panel `a` × PARTS vectors of the panel `b`, both at their first line
   used. */
INLINE void micro_tile(const int rows, const int parts, const uint8_t *a, const uint8_t *b, long pairs, vf sums[12][4]) {
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < parts; c++) sums[r][c] = 0;
    for (long p = 0; p < pairs; p++, a += CK_ROW_PANEL * 4, b += CK_COLUMN_PANEL * 4) {
        vf even[4], odd[4];
#pragma unroll
        for (int c = 0; c < parts; c++) {
            vu both = load_pairs(b + c * LANES * 4);
            even[c] = AS(vf, both << 16);
            odd[c] = AS(vf, both & 0xFFFF0000);
        }
#pragma unroll
        for (int r = 0; r < rows; r++) {
            uint32_t both = load_pair(a + r * 4);
            vf first = fill(float_of(both << 16)), second = fill(float_of(both & 0xFFFF0000));
#pragma unroll
            for (int c = 0; c < parts; c++) {
                sums[r][c] = FMA(first, even[c], sums[r][c]);
                sums[r][c] = FMA(second, odd[c], sums[r][c]);
            }
        }
    }
}

/* y = (y if add_to) + (bias) + factor·sums, for the part of a micro-tile that lies inside y. */
INLINE void put_tile(const int rows, const int parts, vf sums[12][4], long wanted_rows, long wanted_columns,
                     float factor, bool add_to, const float *bias, float *y, long y_stride) {
#pragma unroll
    for (int c = 0; c < parts; c++) {
        long columns = wanted_columns - c * LANES;
        if (columns <= 0) break;
        bool whole = columns >= LANES;
        vf added = !bias ? fill(0.0f) : whole ? load(bias + c * LANES) : load_part(bias + c * LANES, columns);
#pragma unroll
        for (int r = 0; r < rows; r++) {
            if (r >= wanted_rows) break;
            float *place = y + r * y_stride + c * LANES;
            vf value = FMA(sums[r][c], fill(factor), added);
            if (whole) store(place, add_to ? load(place) + value : value);
            else store_part(place, add_to ? load_part(place, columns) + value : value, columns);
        }
    }
}

/* A tile of float sums put to y: Σ_k a[r·a_row + k·a_column]·b[k·b_stride + column]. Every one of `rows` rows of a is read, of
   b only the wanted columns where `masked`. */
INLINE void float_tile(const int rows, const int parts, const bool masked, const float *a, long a_row, long a_column,
                       const float *b, long b_stride, long steps, long wanted_rows, long wanted_columns, float factor,
                       bool add_to, const float *bias, float *y, long y_stride) {
    vf sums[12][4];
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < parts; c++) sums[r][c] = 0;
    /* Three rows a pointer: an address may add a stride once or twice by itself. */
    const float *starts[4];
    for (int g = 0; g < (rows + 2) / 3; g++) starts[g] = a + 3 * g * a_row;
    for (long k = 0; k < steps; k++, b += b_stride) {
        vf line[4];
#pragma unroll
        for (int c = 0; c < parts; c++) {
            long columns = wanted_columns - c * LANES;
            line[c] = !masked || columns >= LANES ? load(b + c * LANES)
                      : columns > 0               ? load_part(b + c * LANES, columns)
                                                  : fill(0.0f);
        }
#pragma unroll
        for (int r = 0; r < rows; r++) {
            vf value = fill(starts[r / 3][r % 3 * a_row]);
#pragma unroll
            for (int c = 0; c < parts; c++) sums[r][c] = FMA(value, line[c], sums[r][c]);
        }
#pragma unroll
        for (int g = 0; g < (rows + 2) / 3; g++) starts[g] += a_column;
    }
    put_tile(rows, parts, sums, wanted_rows, wanted_columns, factor, add_to, bias, y, y_stride);
}

/* The tiles of a float product, a function each: many rows or fewer, one or several vectors of columns. */
#define FLOAT_TILE(name, rows, parts, masked)                                                                          \
    static __attribute__((noinline)) void name(const float *a, long a_row, long a_column, const float *b,              \
                                               long b_stride, long steps, long wanted_columns, float factor,           \
                                               bool add_to, const float *bias, float *y, long y_stride) {              \
        float_tile(rows, parts, masked, a, a_row, a_column, b, b_stride, steps, rows, wanted_columns, factor, add_to,  \
                   bias, y, y_stride);                                                                                 \
    }
FLOAT_TILE(whole_tile, FLOAT_ROWS, FLOAT_PARTS, false)
FLOAT_TILE(edge_tile, FLOAT_ROWS, FLOAT_PARTS, true)
FLOAT_TILE(narrow_tile, FLOAT_ROWS, 1, true)
FLOAT_TILE(third_tile, FLOAT_ROWS / 3, FLOAT_PARTS, true)
FLOAT_TILE(narrow_third_tile, FLOAT_ROWS / 3, 1, true)
FLOAT_TILE(row_tile, 1, FLOAT_PARTS, true)
