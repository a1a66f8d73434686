/* Sides of the packed products brought into panels. */
#pragma once
#include "conversion.h"

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

enum { STRETCH = 256 }; /* inputs packed at a time: 32 lines of them are 16 or 32 KiB */

/* Lines are rows of the source: a few rows are converted, then transposed pairwise. */
INLINE void pack_rows(ck_dtype dtype, const void *source, long stride, long lines, long inputs, long panel,
                      uint8_t *packed) {
    uint16_t buffer[CK_COLUMN_PANEL][STRETCH];
    if (lines < CK_COLUMN_PANEL) memset(buffer[lines], 0, (size_t)(CK_COLUMN_PANEL - lines) * sizeof buffer[0]);
    for (long k = 0; k < inputs; k += STRETCH) {
        long part = inputs - k < STRETCH ? inputs - k : STRETCH, pairs = (part + 1) / 2;
        for (long line = 0; line < lines; line++) {
            /* Many short pieces far apart: the processor does not guess the next ones. (Never faults.) */
            uintptr_t next = (uintptr_t)source + bytes_of(dtype, line * stride + k + STRETCH);
            size_t ahead = k + STRETCH < inputs ? bytes_of(dtype, STRETCH) : 0;
            for (size_t offset = 0; offset < ahead; offset += 64) __builtin_prefetch((const void *)(next + offset), 0, 3);
            if (part % 32) memset(buffer[line] + part / 32 * 32, 0, 64); /* what a whole block reads behind the end */
            bf16_line(dtype, source, line * stride + k, part, buffer[line]);
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
                    else if (width == CK_ROW_PANEL * 4) __builtin_memcpy(place, &block[i], CK_ROW_PANEL * 4);
                    else memcpy(place, &block[i], width);
                }
            }
    }
}

/* Two rows of `count` floats as pairs of bf16. */
INLINE void pair_floats(const float *even, const float *odd, long count, uint8_t *packed) {
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        vu low = __builtin_convertvector(to_bf16(load(even + i)), vu), high = __builtin_convertvector(to_bf16(load(odd + i)), vu);
        store((float *)(void *)packed + i, AS(vf, low | high << 16));
    }
    if (i == count) return;
    vu low = __builtin_convertvector(to_bf16(load_part(even + i, count - i)), vu);
    vu high = __builtin_convertvector(to_bf16(load_part(odd + i, count - i)), vu);
    store_part((float *)(void *)packed + i, AS(vf, low | high << 16), count - i);
}

/* Lines are columns of the source: two rows are converted and interleaved, for inputs `k` and `k + 1`. */
INLINE void pack_pair_of_rows(ck_dtype dtype, const void *source, long stride, long first, long lines, long k,
                              long inputs, long panel, uint8_t *packed) {
    if (dtype == CK_F32 && lines == panel && k + 1 < inputs) {
        const float *row = (const float *)source + k * stride + first;
        pair_floats(row, row + stride, lines, packed);
        return;
    }
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

/* --- the same with floats: one element a step, not a pair --- */

/* Lines are rows of the source: transposed 16 × 16. Float rows are read in place. */
INLINE void pack_float_rows(ck_dtype dtype, const void *source, long stride, long lines, long inputs,
                            float *packed) {
    float buffer[CK_COLUMN_PANEL][STRETCH];
    if (lines < CK_COLUMN_PANEL) memset(buffer, 0, sizeof buffer);
    for (long k = 0; k < inputs; k += STRETCH) {
        long part = inputs - k < STRETCH ? inputs - k : STRETCH;
        const float *rows[CK_COLUMN_PANEL];
        for (long line = 0; line < CK_COLUMN_PANEL; line++) {
            rows[line] = buffer[line];
            if (line >= lines) continue;
            if (part % 16) memset(buffer[line] + part / 16 * 16, 0, 64); /* what a whole block reads behind the end */
            long first = line * stride + k;
            if (dtype == CK_F32 && part % 16 == 0) {
                rows[line] = (const float *)source + first;
                continue;
            }
            long whole = ck_block(dtype) == 1 ? part : (part + BLOCK - 1) / BLOCK * BLOCK;
            to_f32(dtype, (const uint8_t *)source + bytes_of(dtype, first), buffer[line], whole);
        }
        for (long i = 0; i < part; i += 16)
            for (long line = 0; line < CK_COLUMN_PANEL; line += 16) {
                pairs16 block[16];
                for (int j = 0; j < 16; j++) __builtin_memcpy(&block[j], rows[line + j] + i, sizeof block[j]);
                transpose16(block);
                transpose16(block);
                transpose16(block);
                transpose16(block);
                for (long j = 0; j < 16 && i + j < part; j++)
                    __builtin_memcpy(packed + (k + i + j) * CK_COLUMN_PANEL + line, &block[j], sizeof block[j]);
            }
    }
}

/* Lines are columns of the source: `lines` consecutive elements of row k. */
INLINE void pack_float_columns(ck_dtype dtype, const void *source, long stride, long first, long lines, long k,
                               float *packed) {
    if (dtype == CK_F32 && lines == CK_COLUMN_PANEL) {
        memcpy(packed, (const float *)source + k * stride + first, CK_COLUMN_PANEL * 4);
        return;
    }
    if (dtype == CK_BF16 && lines == CK_COLUMN_PANEL) {
        const uint8_t *row = (const uint8_t *)source + 2 * (k * stride + first);
        for (int part = 0; part < PARTS; part++)
            store(packed + part * LANES, from_bf16(load_halves(row + 2 * part * LANES)));
        return;
    }
    float row[2 * BLOCK];
    long aligned = ck_block(dtype) == 1 ? first : first / BLOCK * BLOCK, skip = first - aligned;
    long whole = ck_block(dtype) == 1 ? lines : (skip + lines + BLOCK - 1) / BLOCK * BLOCK;
    to_f32(dtype, (const uint8_t *)source + bytes_of(dtype, k * stride + aligned), row, whole);
    for (long line = 0; line < CK_COLUMN_PANEL; line++) packed[line] = line < lines ? row[skip + line] : 0;
}

static void f32_pack(ck_dtype dtype, const void *source, long stride, bool across, long count, long inputs, float *packed) {
    for (long first = 0; first < count && !across; first += CK_COLUMN_PANEL)
        pack_float_rows(dtype, (const uint8_t *)source + bytes_of(dtype, first * stride), stride,
                        count - first < CK_COLUMN_PANEL ? count - first : CK_COLUMN_PANEL, inputs, packed + first * inputs);
    for (long band = 0; band < inputs && across; band += BAND)
        for (long first = 0; first < count; first += CK_COLUMN_PANEL)
            for (long k = band; k < band + BAND && k < inputs; k++)
                pack_float_columns(dtype, source, stride, first,
                                   count - first < CK_COLUMN_PANEL ? count - first : CK_COLUMN_PANEL, k,
                                   packed + first * inputs + k * CK_COLUMN_PANEL);
}
