/* Stored weights ⇄ float. */
#pragma once
#include "lanes.h"

INLINE vf from_f16(vs halves) { return __builtin_convertvector(AS(vh, halves), vf); }
INLINE vs to_f16(vf values) { return AS(vs, __builtin_convertvector(values, vh)); }
INLINE vf from_bf16(vs halves) { return AS(vf, __builtin_convertvector(halves, vu) << 16); }

/* As f32_to_bf16. */
INLINE vs to_bf16(vf values) {
    vu bits = AS(vu, values), rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    return __builtin_convertvector(values != values ? (bits >> 16 | 0x40) : rounded, vs);
}

enum { PARTS = 32 / LANES }; /* vectors in a block */
typedef int8_t vbytes __attribute__((ext_vector_type(LANES)));
typedef uint8_t block16 __attribute__((ext_vector_type(16)));

/* The scale in every lane. Converted as a vector: from a scalar conversion clang's optimiser makes a detour. */
INLINE vf block_scale(const uint8_t *block) { return from_f16((vs)load_u16(block)); }

/* One block of 32 weights as PARTS vectors. */
INLINE void load_q8_0(const uint8_t *block, vf *values) {
    vf factor = block_scale(block);
    for (int part = 0; part < PARTS; part++) {
        vbytes quants;
        __builtin_memcpy(&quants, block + 2 + part * LANES, sizeof quants);
        values[part] = __builtin_convertvector(quants, vf) * factor;
    }
}

#if LANES == 16
/* A table of the 16 values a nibble can mean; the permutation looks only at the low four bits of an index. */
INLINE void load_q4_0(const uint8_t *block, vf *values) {
    vf meanings = {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7};
    __m512 table = (__m512)(meanings * block_scale(block));
    __m512i bytes = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(block + 2)));
    values[0] = (vf)_mm512_permutexvar_ps(bytes, table);
    values[1] = (vf)_mm512_permutexvar_ps(_mm512_srli_epi32(bytes, 4), table);
}
#else
INLINE void load_q4_0(const uint8_t *block, vf *values) {
    vf factor = block_scale(block);
    for (int part = 0; part < PARTS / 2; part++) {
        uint8_t __attribute__((ext_vector_type(LANES))) bytes;
        __builtin_memcpy(&bytes, block + 2 + part * LANES, sizeof bytes);
        values[part] = __builtin_convertvector(__builtin_convertvector(bytes & 15, vi) - 8, vf) * factor;
        values[part + PARTS / 2] = __builtin_convertvector(__builtin_convertvector(bytes >> 4, vi) - 8, vf) * factor;
    }
}
#endif

static void to_f32(ck_dtype dtype, const void *source, float *destination, long count) {
    const uint8_t *bytes = source;
    long i = 0;
    switch (dtype) {
        case CK_F32:
            if (count > 0) memcpy(destination, source, (size_t)count * 4);
            break;
        case CK_F16:
            for (; i + LANES <= count; i += LANES) store(destination + i, from_f16(load_halves(bytes + 2 * i)));
            if (i < count) store_part(destination + i, from_f16(load_halves_part(bytes + 2 * i, count - i)), count - i);
            break;
        case CK_BF16:
            for (; i + LANES <= count; i += LANES) store(destination + i, from_bf16(load_halves(bytes + 2 * i)));
            if (i < count) store_part(destination + i, from_bf16(load_halves_part(bytes + 2 * i, count - i)), count - i);
            break;
        case CK_Q8_0:
        case CK_Q4_0:
            for (; i + BLOCK <= count; i += BLOCK) {
                vf values[PARTS];
                if (dtype == CK_Q8_0) load_q8_0(bytes + i / BLOCK * Q8_0_BYTES, values);
                else load_q4_0(bytes + i / BLOCK * Q4_0_BYTES, values);
                for (int part = 0; part < PARTS; part++) store(destination + i + part * LANES, values[part]);
            }
            break;
    }
}

/* The element of largest magnitude, signed, the first of equals; NaN if one is not finite. */
INLINE float extreme(const vf *x) {
    vf largest = 0;
    vi unfit = 0;
    for (int part = 0; part < PARTS; part++) {
        largest = larger(magnitude(x[part]), largest);
        unfit |= !(magnitude(x[part]) < fill(INFINITY));
    }
    if (__builtin_reduce_or(unfit)) return NAN;
    float bound = lane_maximum(largest);
    for (int part = 0; part < PARTS; part++)
        for (int lane = 0; lane < LANES; lane++)
            if (bits_of(x[part][lane]) << 1 == bits_of(bound) << 1) return x[part][lane];
    return 0;
}

INLINE void store_q8_0(const vf *x, uint8_t *block) {
    float size = magnitude(fill(extreme(x)))[0] / 127, inverse = size > 0 ? 1 / size : 0;
    store_u16(block, f32_to_f16(size));
    for (int part = 0; part < PARTS; part++) {
        vf q = __builtin_elementwise_round(x[part] * inverse);
        q = q == q ? clamped(q, -127, 127) : fill(0.0f);
        vbytes quants = __builtin_convertvector(__builtin_convertvector(q, vi), vbytes);
        __builtin_memcpy(block + 2 + part * LANES, &quants, sizeof quants);
    }
}

INLINE void store_q4_0(const vf *x, uint8_t *block) {
#pragma clang fp contract(off)
    float size = extreme(x) / -8, inverse = size != 0 && size == size ? 1 / size : 0;
    store_u16(block, f32_to_f16(size));
    vi q[PARTS];
    for (int part = 0; part < PARTS; part++) {
        vf shifted = x[part] * inverse + 8.5f; /* below 0 and NaN: 0; from 15: 15; the conversion cuts off */
        q[part] = __builtin_convertvector(shifted > fill(0.0f) ? smaller(shifted, fill(15.0f)) : fill(0.0f), vi);
    }
    for (int part = 0; part < PARTS / 2; part++) {
        vbytes pair = __builtin_convertvector(q[part] | q[part + PARTS / 2] << 4, vbytes);
        __builtin_memcpy(block + 2 + part * LANES, &pair, sizeof pair);
    }
}

static void from_f32(ck_dtype dtype, const float *source, void *destination, long count) {
    uint8_t *bytes = destination;
    long i = 0;
    switch (dtype) {
        case CK_F32:
            if (count > 0) memcpy(destination, source, (size_t)count * 4);
            break;
        case CK_F16:
            for (; i + LANES <= count; i += LANES) store_halves(bytes + 2 * i, to_f16(load(source + i)));
            if (i < count) store_halves_part(bytes + 2 * i, to_f16(load_part(source + i, count - i)), count - i);
            break;
        case CK_BF16:
            for (; i + LANES <= count; i += LANES) store_halves(bytes + 2 * i, to_bf16(load(source + i)));
            if (i < count) store_halves_part(bytes + 2 * i, to_bf16(load_part(source + i, count - i)), count - i);
            break;
        case CK_Q8_0:
        case CK_Q4_0:
            for (; i + BLOCK <= count; i += BLOCK) {
                vf values[PARTS];
                for (int part = 0; part < PARTS; part++) values[part] = load(source + i + part * LANES);
                if (dtype == CK_Q8_0) store_q8_0(values, bytes + i / BLOCK * Q8_0_BYTES);
                else store_q4_0(values, bytes + i / BLOCK * Q4_0_BYTES);
            }
            break;
    }
}
