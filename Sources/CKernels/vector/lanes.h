/* One body for every vector width. The including file defines LANES (16, 8 or 4 floats), switches the target features on
   and includes the headers of this folder; clang's vector types do the rest.

   Every count is walked in whole vectors; the last, partial vector is loaded into a padded one and computed by the same
   instructions, so an element's value does not depend on where in an array (or a thread's share of it) it stands. */
#pragma once
#include "../formats.h"

#define INLINE static inline __attribute__((always_inline, unused))

typedef float vf __attribute__((ext_vector_type(LANES)));
typedef int32_t vi __attribute__((ext_vector_type(LANES)));
typedef uint32_t vu __attribute__((ext_vector_type(LANES)));
typedef uint16_t vs __attribute__((ext_vector_type(LANES)));
typedef _Float16 vh __attribute__((ext_vector_type(LANES)));
typedef double vd __attribute__((ext_vector_type(LANES / 2)));

#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define AS(type, value) __builtin_bit_cast(type, value)

INLINE vf fill(float value) { return (vf)value; }

INLINE vf load(const float *source) {
    vf result;
    __builtin_memcpy(&result, source, sizeof result);
    return result;
}

INLINE void store(float *destination, vf value) { __builtin_memcpy(destination, &value, sizeof value); }

INLINE vs load_halves(const void *source) {
    vs result;
    __builtin_memcpy(&result, source, sizeof result);
    return result;
}

INLINE void store_halves(void *destination, vs value) { __builtin_memcpy(destination, &value, sizeof value); }

/* True (all bits) in the first `count` lanes. */
INLINE vi first_lanes(long count) {
    vi index;
    for (int i = 0; i < LANES; i++) index[i] = i;
    return index < (vi)(int32_t)count;
}

/* The first `count` (0 ≤ count < LANES) values, the rest zeros; nothing behind them is touched. */
#if LANES == 16
INLINE vf load_part(const float *source, long count) {
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), source);
}
INLINE void store_part(float *destination, vf value, long count) {
    _mm512_mask_storeu_ps(destination, (__mmask16)((1u << count) - 1), (__m512)value);
}
INLINE vs load_halves_part(const void *source, long count) {
    return (vs)_mm256_maskz_loadu_epi16((__mmask16)((1u << count) - 1), source);
}
INLINE void store_halves_part(void *destination, vs value, long count) {
    _mm256_mask_storeu_epi16(destination, (__mmask16)((1u << count) - 1), (__m256i)value);
}
#else
#if LANES == 8
INLINE vf load_part(const float *source, long count) {
    return (vf)_mm256_maskload_ps(source, (__m256i)first_lanes(count));
}
INLINE void store_part(float *destination, vf value, long count) {
    _mm256_maskstore_ps(destination, (__m256i)first_lanes(count), (__m256)value);
}
#else
INLINE vf load_part(const float *source, long count) {
    vf result = 0;
    for (long i = 0; i < count; i++) result[i] = source[i];
    return result;
}
INLINE void store_part(float *destination, vf value, long count) {
    for (long i = 0; i < count; i++) destination[i] = value[i];
}
#endif
INLINE vs load_halves_part(const void *source, long count) {
    vs result = 0;
    for (long i = 0; i < count; i++) result[i] = load_u16((const uint8_t *)source + 2 * i);
    return result;
}
INLINE void store_halves_part(void *destination, vs value, long count) {
    for (long i = 0; i < count; i++) store_u16((uint8_t *)destination + 2 * i, value[i]);
}
#endif

/* a > b ? a : b per lane: b where either is NaN. */
INLINE vf larger(vf a, vf b) { return a > b ? a : b; }
INLINE vf smaller(vf a, vf b) { return a < b ? a : b; }
/* A NaN stays one. */
INLINE vf clamped(vf x, float low, float high) {
    x = x < fill(low) ? fill(low) : x;
    return x > fill(high) ? fill(high) : x;
}
INLINE vf magnitude(vf x) { return AS(vf, AS(vi, x) & 0x7FFFFFFF); }
INLINE vf square_root(vf x) { return __builtin_elementwise_sqrt(x); }

/* Sum and maximum of the lanes, halves first: always in this order. */
#if LANES == 16
#define HALVES_FIRST(type, operation, v)                            \
    type##8 h8 = operation(v.lo, v.hi);                             \
    type##4 h4 = operation(h8.lo, h8.hi);
#elif LANES == 8
#define HALVES_FIRST(type, operation, v) type##4 h4 = operation(v.lo, v.hi);
#else
#define HALVES_FIRST(type, operation, v) type##4 h4 = v;
#endif
#define PLUS(a, b) (a + b)
#define LARGER(a, b) (a > b ? a : b)
typedef float float8 __attribute__((ext_vector_type(8)));
typedef float float4 __attribute__((ext_vector_type(4)));
typedef float float2 __attribute__((ext_vector_type(2)));

INLINE float lane_sum(vf v) {
    HALVES_FIRST(float, PLUS, v)
    float2 h2 = h4.lo + h4.hi;
    return h2.x + h2.y;
}

INLINE float lane_maximum(vf v) {
    HALVES_FIRST(float, LARGER, v)
    float2 h2 = LARGER(h4.lo, h4.hi);
    return LARGER(h2.x, h2.y);
}
