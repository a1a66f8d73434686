/* How single values and blocks are stored: the scalar truth about f16, bf16, q8_0 and q4_0. */
#pragma once
#include "ckernels.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 32, Q8_0_BYTES = 34, Q4_0_BYTES = 18 };

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Weights in a mapped file may lie at any address. */
static inline uint16_t load_u16(const void *source) {
    uint16_t value;
    memcpy(&value, source, sizeof value);
    return value;
}

static inline void store_u16(void *destination, uint16_t value) { memcpy(destination, &value, sizeof value); }

static inline float bf16_to_f32(uint16_t bits) { return float_of((uint32_t)bits << 16); }

/* Round to nearest even; a NaN keeps its sign and upper payload and becomes quiet. */
static inline uint16_t f32_to_bf16(float value) {
    uint32_t bits = bits_of(value);
    if (value != value) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

static inline float f16_to_f32(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 0x3FF;
    if (exponent == 31) return float_of(sign | 0x7F800000 | fraction << 13 | (fraction ? 0x400000 : 0));
    if (exponent == 0) { /* zero or subnormal: fraction · 2⁻²⁴, exact */
        float magnitude = (float)fraction * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    return float_of(sign | (exponent + 112) << 23 | fraction << 13);
}

/* Round to nearest even; values from 65520 on become infinity; a NaN stays a (quiet) NaN. */
static inline uint16_t f32_to_f16(float value) {
    uint32_t bits = bits_of(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) return (uint16_t)(sign | 0x7E00 | (magnitude >> 13 & 0x3FF));
    if (magnitude >= 0x477FF000) return (uint16_t)(sign | 0x7C00);
    if (magnitude < 0x38800000) /* below 2⁻¹⁴: adding ½ aligns the last kept bit with that of ½, which rounds */
        return (uint16_t)(sign | (bits_of(float_of(magnitude) + 0.5f) - 0x3F000000));
    return (uint16_t)(sign | ((magnitude - 0x38000000 + 0xFFF + (magnitude >> 13 & 1)) >> 13));
}

/* `count` is a multiple of the block for block types. */
static inline size_t bytes_of(ck_dtype dtype, long count) {
    switch (dtype) {
        case CK_F32: return (size_t)count * 4;
        case CK_F16:
        case CK_BF16: return (size_t)count * 2;
        case CK_Q8_0: return (size_t)(count / BLOCK) * Q8_0_BYTES;
        case CK_Q4_0: return (size_t)(count / BLOCK) * Q4_0_BYTES;
    }
    return 0;
}
