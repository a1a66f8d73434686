/* The packed bf16 product; the layout of a panel is told in reference/gemm.h.

   A micro-tile of ROWS × COLUMNS sums is kept in registers over a fixed length of inputs (DEPTH pairs) and then added to
   y: the order of the additions of an element depends on `inputs` alone. */
#pragma once
#include "conversion.h"

enum { DEPTH = 1024, PANEL_PARTS = CK_COLUMN_PANEL / LANES };

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

/* sums[r][c] over `pairs` pairs: rows of the panel `a` × PARTS vectors of the panel `b`, both at their first line used. */
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

/* Writes or adds the part of a micro-tile that lies inside y. */
INLINE void put_tile(const int rows, const int parts, vf sums[12][4], long wanted_rows, long wanted_columns, bool add_to,
                     float *y, long y_stride) {
#pragma unroll
    for (int r = 0; r < rows; r++) {
        if (r >= wanted_rows) break;
#pragma unroll
        for (int c = 0; c < parts; c++) {
            float *place = y + r * y_stride + c * LANES;
            long columns = wanted_columns - c * LANES;
            if (columns >= LANES) store(place, add_to ? load(place) + sums[r][c] : sums[r][c]);
            else if (columns > 0) store_part(place, add_to ? load_part(place, columns) + sums[r][c] : sums[r][c], columns);
        }
    }
}

/* The rows of one panel of a times the columns of one panel of b over one depth. */
typedef void panel_product(const uint8_t *a, const uint8_t *b, long pairs, long rows, long columns, bool add_to, float *y,
                           long y_stride);

#if LANES == 16
enum { TILE_ROWS = 6, TILE_PARTS = 2 };
#else
enum { TILE_ROWS = 4, TILE_PARTS = 2 };
#endif

static void panel_product_plain(const uint8_t *a, const uint8_t *b, long pairs, long rows, long columns, bool add_to,
                                float *y, long y_stride) {
    for (int r = 0; r < rows; r += TILE_ROWS)
        for (int c = 0; c < PANEL_PARTS && c * LANES < columns; c += TILE_PARTS) {
            vf sums[12][4];
            micro_tile(TILE_ROWS, TILE_PARTS, a + r * 4, b + c * LANES * 4, pairs, sums);
            put_tile(TILE_ROWS, TILE_PARTS, sums, rows - r, columns - c * LANES, add_to, y + r * y_stride + c * LANES,
                     y_stride);
        }
}

/* Depth by depth, panel of b by panel of b (which stays in the second-level cache), all panels of a. */
INLINE void gemm_with(panel_product *product, const void *packed_a, const void *packed_b, long rows, long outputs,
                      long inputs, bool accumulate, float *y, long y_stride) {
    long pairs = (inputs + 1) / 2;
    for (long p = 0; p < pairs || p == 0; p += DEPTH) {
        long depth = pairs - p < DEPTH ? pairs - p : DEPTH;
        for (long n = 0; n < outputs; n += CK_COLUMN_PANEL)
            for (long m = 0; m < rows; m += CK_ROW_PANEL)
                product((const uint8_t *)packed_a + (m * pairs + p * CK_ROW_PANEL) * 4,
                        (const uint8_t *)packed_b + (n * pairs + p * CK_COLUMN_PANEL) * 4, depth,
                        rows - m < CK_ROW_PANEL ? rows - m : CK_ROW_PANEL,
                        outputs - n < CK_COLUMN_PANEL ? outputs - n : CK_COLUMN_PANEL, accumulate || p > 0,
                        y + m * y_stride + n, y_stride);
    }
}

static void bf16_gemm(const void *packed_a, const void *packed_b, long rows, long outputs, long inputs, bool accumulate,
                      float *y, long y_stride) {
    gemm_with(panel_product_plain, packed_a, packed_b, rows, outputs, inputs, accumulate, y, y_stride);
}

/* --- packing --- */

/* `count` elements of any dtype from `index` on as bf16; the index begins a block. */
INLINE void bf16_line(ck_dtype dtype, const void *source, long index, long count, uint16_t *line) {
    const uint8_t *start = (const uint8_t *)source + bytes_of(dtype, index);
    if (dtype == CK_BF16) {
        memcpy(line, start, (size_t)count * 2);
        return;
    }
    if (dtype == CK_F32) {
        from_f32(CK_BF16, (const float *)(const void *)start, line, count);
        return;
    }
    float values[BLOCK];
    for (long i = 0; i < count; i += BLOCK) {
        long part = count - i < BLOCK ? count - i : BLOCK;
        /* A block is decoded whole; its end is inside the source even where fewer elements are wanted. */
        to_f32(dtype, start + bytes_of(dtype, i), values, ck_block(dtype) == 1 ? part : BLOCK);
        from_f32(CK_BF16, values, line + i, part);
    }
}

/* 16 × 16 pairs: result[p][line] = lines[line][p]. */
typedef uint32_t pairs16 __attribute__((ext_vector_type(16)));

INLINE void transpose16(pairs16 v[16]) {
    pairs16 t[16];
    for (int i = 0; i < 8; i++) {
        t[2 * i] = __builtin_shufflevector(v[i], v[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        t[2 * i + 1] = __builtin_shufflevector(v[i], v[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < 16; i++) v[i] = t[i];
}

enum { STRETCH = 256 }; /* inputs packed at a time: 32 lines of them are 16 KiB */

/* Lines are rows of the source: a few rows are converted, then transposed pairwise. */
INLINE void pack_rows(ck_dtype dtype, const void *source, long stride, long lines, long inputs, long panel,
                      uint8_t *packed) {
    uint16_t buffer[CK_COLUMN_PANEL][STRETCH];
    memset(buffer, 0, sizeof buffer);
    for (long k = 0; k < inputs; k += STRETCH) {
        long part = inputs - k < STRETCH ? inputs - k : STRETCH, pairs = (part + 1) / 2;
        for (long line = 0; line < lines; line++) {
            /* Many short pieces far apart: the processor does not guess the next ones. (Never faults.) */
            uintptr_t next = (uintptr_t)source + bytes_of(dtype, line * stride + k + STRETCH);
            for (size_t offset = 0; offset < bytes_of(dtype, STRETCH); offset += 64)
                __builtin_prefetch((const void *)(next + offset), 0, 3);
            bf16_line(dtype, source, line * stride + k, part, buffer[line]);
            if (part % 2) buffer[line][part] = 0;
        }
        for (long p = 0; p < pairs; p += 16)
            for (long line = 0; line < panel; line += 16) {
                pairs16 block[16];
                for (int i = 0; i < 16; i++) __builtin_memcpy(&block[i], &buffer[line + i][2 * p], sizeof block[i]);
                transpose16(block);
                transpose16(block);
                transpose16(block);
                transpose16(block);
                size_t width = (size_t)(panel - line < 16 ? panel - line : 16) * 4;
                for (long i = 0; i < 16 && p + i < pairs; i++) {
                    uint8_t *place = packed + ((k / 2 + p + i) * panel + line) * 4;
                    if (width == 64) __builtin_memcpy(place, &block[i], 64);
                    else memcpy(place, &block[i], width);
                }
            }
    }
}

/* Lines are columns of the source: two rows are converted and interleaved, for inputs `k` and `k + 1`. */
INLINE void pack_pair_of_rows(ck_dtype dtype, const void *source, long stride, long first, long lines, long k,
                              long inputs, long panel, uint8_t *packed) {
    uint16_t rows[2][2 * BLOCK], pairs[CK_COLUMN_PANEL][2];
    long aligned = ck_block(dtype) == 1 ? first : first / BLOCK * BLOCK, skip = first - aligned;
    for (long i = 0; i < 2; i++) {
        memset(rows[i], 0, sizeof rows[i]);
        if (k + i < inputs) bf16_line(dtype, source, (k + i) * stride + aligned, skip + lines, rows[i]);
    }
    for (long line = 0; line < CK_COLUMN_PANEL; line++) {
        pairs[line][0] = line < lines ? rows[0][skip + line] : 0;
        pairs[line][1] = line < lines ? rows[1][skip + line] : 0;
    }
    memcpy(packed, pairs, (size_t)panel * 4);
}

enum { BAND = 16 }; /* rows of the source read side by side when its columns are the lines */

static void bf16_pack(ck_dtype dtype, const void *source, long stride, bool across, long count, long inputs, long panel,
                      void *packed) {
    size_t panel_bytes = ck_bf16_packed_bytes(panel, panel, inputs);
    if (!across) {
        for (long first = 0; first < count; first += panel)
            pack_rows(dtype, (const uint8_t *)source + bytes_of(dtype, first * stride), stride,
                      count - first < panel ? count - first : panel, inputs, panel,
                      (uint8_t *)packed + (size_t)(first / panel) * panel_bytes);
        return;
    }
    for (long band = 0; band < inputs; band += BAND)
        for (long first = 0; first < count; first += panel)
            for (long k = band; k < band + BAND && k < inputs; k += 2)
                pack_pair_of_rows(dtype, source, stride, first, count - first < panel ? count - first : panel, k, inputs,
                                  panel, (uint8_t *)packed + (size_t)(first / panel) * panel_bytes + k / 2 * panel * 4);
}
