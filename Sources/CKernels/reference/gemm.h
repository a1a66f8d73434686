/* Reference: the packed products.

   A panel holds, for each pair of inputs (2p, 2p+1), the pair of every one of its lines:
       packed[panel][p][line][2], bf16; missing lines and an odd count's last input are zeros. */
#pragma once
#include "conversion.h"

static float element(ck_dtype dtype, const void *source, long index) {
    long block = ck_block(dtype), start = index / block * block;
    float values[BLOCK];
    to_f32(dtype, (const uint8_t *)source + bytes_of(dtype, start), values, block);
    return values[index - start];
}

static void bf16_pack(ck_dtype dtype, const void *source, long stride, bool across, long count, long inputs, long panel,
                      void *packed) {
    uint8_t *destination = packed;
    for (long first = 0; first < count; first += panel)
        for (long k = 0; k < inputs; k += 2)
            for (long line = first; line < first + panel; line++)
                for (long i = k; i < k + 2; i++, destination += 2) {
                    bool inside = line < count && i < inputs;
                    long index = across ? i * stride + line : line * stride + i;
                    store_u16(destination, inside ? f32_to_bf16(element(dtype, source, index)) : 0);
                }
}

/* Input k of line `line` in a packed side. */
static float packed_element(const void *packed, long panel, long inputs, long line, long k) {
    long pairs = (inputs + 1) / 2;
    long index = ((line / panel * pairs + k / 2) * panel + line % panel) * 2 + k % 2;
    return bf16_to_f32(load_u16((const uint8_t *)packed + 2 * index));
}

static void bf16_gemm(const void *packed_a, const void *packed_b, long rows, long outputs, long inputs, bool accumulate,
                      const float *bias, float *y, long y_stride) {
    for (long m = 0; m < rows; m++)
        for (long n = 0; n < outputs; n++) {
            double total = (accumulate ? y[m * y_stride + n] : 0) + (bias ? bias[n] : 0);
            for (long k = 0; k < inputs; k++)
                total += (double)packed_element(packed_a, CK_ROW_PANEL, inputs, m, k) *
                         packed_element(packed_b, CK_COLUMN_PANEL, inputs, n, k);
            y[m * y_stride + n] = (float)total;
        }
}

/* The same in floats: packed[panel][k][line]. */
static void f32_pack(ck_dtype dtype, const void *source, long stride, bool across, long count, long inputs, float *packed) {
    for (long first = 0; first < count; first += CK_COLUMN_PANEL)
        for (long k = 0; k < inputs; k++)
            for (long line = first; line < first + CK_COLUMN_PANEL; line++)
                *packed++ = line < count ? element(dtype, source, across ? k * stride + line : line * stride + k) : 0;
}

static void f32_product(const float *a, long a_row, long a_column, const float *b, long b_row, long b_panel, long rows,
                        long columns, long inputs, float factor, const float *bias, bool accumulate, float *y,
                        long y_stride) {
    for (long m = 0; m < rows; m++)
        for (long n = 0; n < columns; n++) {
            const float *column = b + n / CK_COLUMN_PANEL * b_panel + n % CK_COLUMN_PANEL;
            double total = 0;
            for (long k = 0; k < inputs; k++) total += (double)a[m * a_row + k * a_column] * column[k * b_row];
            y[m * y_stride + n] = (float)(factor * total + (bias ? bias[n] : 0) + (accumulate ? y[m * y_stride + n] : 0));
        }
}
