/* Reference: stored weights ⇄ float, and products with stored weights. */
#pragma once
#include "../formats.h"

static void decode_q8_0(const uint8_t *block, float *values) {
    float scale = f16_to_f32(load_u16(block));
    for (int i = 0; i < BLOCK; i++) values[i] = scale * (float)(int8_t)block[2 + i];
}

static void decode_q4_0(const uint8_t *block, float *values) {
    float scale = f16_to_f32(load_u16(block));
    for (int i = 0; i < BLOCK / 2; i++) {
        values[i] = scale * (float)((block[2 + i] & 15) - 8);
        values[i + BLOCK / 2] = scale * (float)((block[2 + i] >> 4) - 8);
    }
}

static void to_f32(ck_dtype dtype, const void *source, float *destination, long count) {
    const uint8_t *bytes = source;
    switch (dtype) {
        case CK_F32:
            if (count > 0) memcpy(destination, source, (size_t)count * 4);
            break;
        case CK_F16:
            for (long i = 0; i < count; i++) destination[i] = f16_to_f32(load_u16(bytes + 2 * i));
            break;
        case CK_BF16:
            for (long i = 0; i < count; i++) destination[i] = bf16_to_f32(load_u16(bytes + 2 * i));
            break;
        case CK_Q8_0:
            for (long b = 0; b < count / BLOCK; b++) decode_q8_0(bytes + b * Q8_0_BYTES, destination + b * BLOCK);
            break;
        case CK_Q4_0:
            for (long b = 0; b < count / BLOCK; b++) decode_q4_0(bytes + b * Q4_0_BYTES, destination + b * BLOCK);
            break;
    }
}

/* The element of largest magnitude, signed (the first of equals); NaN if the block holds a NaN or an infinity, so that
   the block's scale, and with it all its values, become NaN. */
static float extreme(const float *x) {
    float result = 0;
    for (int i = 0; i < BLOCK; i++) {
        if (!(fabsf(x[i]) < INFINITY)) return NAN;
        if (fabsf(x[i]) > fabsf(result)) result = x[i];
    }
    return result;
}

static void encode_q8_0(const float *x, uint8_t *block) {
    float scale = fabsf(extreme(x)) / 127;
    float inverse = scale > 0 ? 1 / scale : 0;
    store_u16(block, f32_to_f16(scale));
    for (int i = 0; i < BLOCK; i++) {
        float q = roundf(x[i] * inverse);
        /* The inverse of a subnormal scale can be infinite: clamp before the conversion to integer. */
        block[2 + i] = (uint8_t)(int8_t)(q > 127 ? 127 : q < -127 ? -127 : q == q ? q : 0);
    }
}

static int nibble(float x, float inverse) {
#pragma clang fp contract(off)
    float shifted = x * inverse + 8.5f; /* below 0 and NaN: 0; from 15: 15; the conversion cuts off */
    return shifted > 0 ? (shifted < 15 ? (int)shifted : 15) : 0;
}

static void encode_q4_0(const float *x, uint8_t *block) {
    float scale = extreme(x) / -8;
    float inverse = scale != 0 && scale == scale ? 1 / scale : 0;
    store_u16(block, f32_to_f16(scale));
    for (int i = 0; i < BLOCK / 2; i++)
        block[2 + i] = (uint8_t)(nibble(x[i], inverse) | nibble(x[i + BLOCK / 2], inverse) << 4);
}

static void from_f32(ck_dtype dtype, const float *source, void *destination, long count) {
    uint8_t *bytes = destination;
    switch (dtype) {
        case CK_F32:
            if (count > 0) memcpy(destination, source, (size_t)count * 4);
            break;
        case CK_F16:
            for (long i = 0; i < count; i++) store_u16(bytes + 2 * i, f32_to_f16(source[i]));
            break;
        case CK_BF16:
            for (long i = 0; i < count; i++) store_u16(bytes + 2 * i, f32_to_bf16(source[i]));
            break;
        case CK_Q8_0:
            for (long b = 0; b < count / BLOCK; b++) encode_q8_0(source + b * BLOCK, bytes + b * Q8_0_BYTES);
            break;
        case CK_Q4_0:
            for (long b = 0; b < count / BLOCK; b++) encode_q4_0(source + b * BLOCK, bytes + b * Q4_0_BYTES);
            break;
    }
}

static void rows_times_weights(ck_dtype dtype, const float *x, long rows, long x_stride, const void *weights,
                               long outputs, long inputs, const float *bias, float *y, long y_stride) {
    size_t row_bytes = bytes_of(dtype, inputs);
    for (long n = 0; n < outputs; n++) {
        const uint8_t *row = (const uint8_t *)weights + (size_t)n * row_bytes;
        for (long m = 0; m < rows; m++) {
            double sum = bias ? bias[n] : 0;
            float w[BLOCK];
            for (long k = 0; k < inputs; k += BLOCK) {
                long part = inputs - k < BLOCK ? inputs - k : BLOCK;
                to_f32(dtype, row + bytes_of(dtype, k), w, part);
                for (long i = 0; i < part; i++) sum += (double)x[m * x_stride + k + i] * w[i];
            }
            y[m * y_stride + n] = (float)sum;
        }
    }
}
