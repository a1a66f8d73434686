/* Pillow's 8-bit resampling: out = clip8((2^21 + Σ weight·sample) >> 22) in 32-bit integers.
 *
 * The fast versions split a weight w = 4096·high + low (both fit 16 bits) and sum both parts by multiply-add of 16-bit
 * pairs: 4096·Σhigh·sample + Σlow·sample is the same integer modulo 2^32, and the true sum fits, so results are equal
 * to the bit. */
#include "image_codecs.h"
#include <assert.h>
#include <string.h>

enum { PRECISION = 22, SPLIT = 12, TAPS_AT_ONCE = 4, ROWS_AT_ONCE = 4 };

static uint8_t rounded(int32_t sum) {
    int32_t value = sum >> PRECISION;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* MARK: - References */

static void resample_row(const uint8_t *row, const ic_resampling *plan, uint8_t *destination) {
    for (size_t p = 0; p < plan->outputs; p++) {
        const uint8_t *source = row + 3 * (size_t)plan->starts[p];
        const int32_t *weights = plan->weights + p * plan->taps;
        int32_t sums[3] = {1 << (PRECISION - 1), 1 << (PRECISION - 1), 1 << (PRECISION - 1)};
        for (int32_t t = 0; t < plan->counts[p]; t++) {
            for (int c = 0; c < 3; c++) sums[c] += weights[t] * source[3 * t + c];
        }
        for (int c = 0; c < 3; c++) destination[3 * p + c] = rounded(sums[c]);
    }
}

void ic_resample_horizontal_reference(const uint8_t *source, size_t source_width, size_t rows,
                                      const ic_resampling *plan, uint8_t *destination) {
    for (size_t y = 0; y < rows; y++) {
        resample_row(source + y * source_width * 3, plan, destination + y * plan->outputs * 3);
    }
}

static void resample_column_range(const uint8_t *source, size_t row_bytes, const ic_resampling *plan, size_t p,
                                  size_t first, uint8_t *destination) {
    const uint8_t *top = source + (size_t)plan->starts[p] * row_bytes;
    const int32_t *weights = plan->weights + p * plan->taps;
    for (size_t i = first; i < row_bytes; i++) {
        int32_t sum = 1 << (PRECISION - 1);
        for (int32_t t = 0; t < plan->counts[p]; t++) sum += weights[t] * top[(size_t)t * row_bytes + i];
        destination[p * row_bytes + i] = rounded(sum);
    }
}

void ic_resample_vertical_reference(const uint8_t *source, size_t row_bytes, const ic_resampling *plan,
                                    uint8_t *destination) {
    for (size_t p = 0; p < plan->outputs; p++) resample_column_range(source, row_bytes, plan, p, 0, destination);
}

size_t ic_horizontal_scratch_count(const ic_resampling *plan) {
    size_t steps = (plan->taps + TAPS_AT_ONCE - 1) / TAPS_AT_ONCE;
    return plan->outputs * steps * TAPS_AT_ONCE * 2;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))

static int16_t high_part(int32_t weight) { return (int16_t)((weight + (1 << (SPLIT - 1))) >> SPLIT); }

static int16_t low_part(int32_t weight) { return (int16_t)(weight - high_part(weight) * (1 << SPLIT)); }

/* Four weights of one output: [high0 high1 high2 high3 low0 low1 low2 low3], zeros past the last. */
static void split_weights(const ic_resampling *plan, size_t steps, int16_t *scratch) {
    for (size_t p = 0; p < plan->outputs; p++) {
        for (size_t t = 0; t < steps * TAPS_AT_ONCE; t++) {
            int32_t weight = t < (size_t)plan->counts[p] ? plan->weights[p * plan->taps + t] : 0;
            int16_t *group = scratch + (p * steps + t / TAPS_AT_ONCE) * 2 * TAPS_AT_ONCE;
            group[t % TAPS_AT_ONCE] = high_part(weight);
            group[TAPS_AT_ONCE + t % TAPS_AT_ONCE] = low_part(weight);
        }
    }
}

AVX2 static inline void store_pixel(__m256i high, __m256i low, uint8_t *destination) {
    __m256i both = _mm256_add_epi32(_mm256_slli_epi32(high, SPLIT), low);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    sum = _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(1 << (PRECISION - 1))), PRECISION);
    sum = _mm_packus_epi16(_mm_packs_epi32(sum, sum), sum);
    uint32_t pixel = (uint32_t)_mm_cvtsi128_si32(sum);
    memcpy(destination, &pixel, 3);
}

/* Four rows at once: the weights are loaded and spread once for the four. Reads up to 16 bytes from the last group of
 * four taps on, so up to 13 bytes past the row. */
AVX2 static void resample_four_rows(const uint8_t *source, size_t stride, const ic_resampling *plan, size_t steps,
                                    const int16_t *scratch, uint8_t *destination) {
    /* 16 bytes RGBRGBRGBRGB… → 16-bit pairs R0R1 G0G1 B0B1 00 | R2R3 G2G3 B2B3 00. */
    const __m256i pairs = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, /**/
                                           6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
    const __m256i highs = _mm256_setr_epi8(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, /**/
                                           4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    const __m256i lows = _mm256_add_epi8(highs, _mm256_set1_epi8(8));
    size_t output_stride = plan->outputs * 3;
    for (size_t p = 0; p < plan->outputs; p++) {
        const uint8_t *from = source + 3 * (size_t)plan->starts[p];
        const int16_t *group = scratch + p * steps * 2 * TAPS_AT_ONCE;
        size_t used = ((size_t)plan->counts[p] + TAPS_AT_ONCE - 1) / TAPS_AT_ONCE;
        __m256i high[ROWS_AT_ONCE], low[ROWS_AT_ONCE];
        for (int r = 0; r < ROWS_AT_ONCE; r++) high[r] = low[r] = _mm256_setzero_si256();
        for (size_t s = 0; s < used; s++, from += 3 * TAPS_AT_ONCE, group += 2 * TAPS_AT_ONCE) {
            __m256i weights = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)group));
            __m256i high_weights = _mm256_shuffle_epi8(weights, highs);
            __m256i low_weights = _mm256_shuffle_epi8(weights, lows);
            for (int r = 0; r < ROWS_AT_ONCE; r++) {
                __m128i bytes = _mm_loadu_si128((const __m128i *)(from + (size_t)r * stride));
                __m256i samples = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), pairs);
                high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(samples, high_weights));
                low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(samples, low_weights));
            }
        }
        for (int r = 0; r < ROWS_AT_ONCE; r++) {
            store_pixel(high[r], low[r], destination + (size_t)r * output_stride + 3 * p);
        }
    }
}

AVX2 static void resample_horizontal_avx2(const uint8_t *source, size_t source_width, size_t rows,
                                          const ic_resampling *plan, uint8_t *destination, int16_t *scratch) {
    enum { OVERREAD = 16 };
    size_t steps = (plan->taps + TAPS_AT_ONCE - 1) / TAPS_AT_ONCE;
    size_t stride = source_width * 3;
    size_t y = 0;
    split_weights(plan, steps, scratch);
    for (; (y + ROWS_AT_ONCE) * stride + OVERREAD <= rows * stride; y += ROWS_AT_ONCE) {
        resample_four_rows(source + y * stride, stride, plan, steps, scratch, destination + y * plan->outputs * 3);
    }
    for (; y < rows; y++) resample_row(source + y * stride, plan, destination + y * plan->outputs * 3);
}

/* 16 samples of one output row. */
AVX2 static inline void resample_sixteen(const uint8_t *top, size_t row_bytes, const int32_t *weights, int32_t count,
                                         uint8_t *destination) {
    __m256i high0 = _mm256_setzero_si256(), high1 = high0, low0 = high0, low1 = high0;
    for (int32_t t = 0; t < count; t += 2, top += 2 * row_bytes) {
        bool pair = t + 1 < count;
        int32_t first = weights[t], second = pair ? weights[t + 1] : 0;
        __m256i high_weights =
            _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)high_part(first) | (uint32_t)(uint16_t)high_part(second) << 16));
        __m256i low_weights =
            _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)low_part(first) | (uint32_t)(uint16_t)low_part(second) << 16));
        __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)top));
        __m256i b = pair ? _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(top + row_bytes)))
                         : _mm256_setzero_si256();
        __m256i pairs0 = _mm256_unpacklo_epi16(a, b); /* samples 0–3 and 8–11 */
        __m256i pairs1 = _mm256_unpackhi_epi16(a, b); /* samples 4–7 and 12–15 */
        high0 = _mm256_add_epi32(high0, _mm256_madd_epi16(pairs0, high_weights));
        high1 = _mm256_add_epi32(high1, _mm256_madd_epi16(pairs1, high_weights));
        low0 = _mm256_add_epi32(low0, _mm256_madd_epi16(pairs0, low_weights));
        low1 = _mm256_add_epi32(low1, _mm256_madd_epi16(pairs1, low_weights));
    }
    __m256i half = _mm256_set1_epi32(1 << (PRECISION - 1));
    __m256i sum0 = _mm256_add_epi32(_mm256_add_epi32(_mm256_slli_epi32(high0, SPLIT), low0), half);
    __m256i sum1 = _mm256_add_epi32(_mm256_add_epi32(_mm256_slli_epi32(high1, SPLIT), low1), half);
    __m256i words = _mm256_packs_epi32(_mm256_srai_epi32(sum0, PRECISION), _mm256_srai_epi32(sum1, PRECISION));
    __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128((__m128i *)destination, bytes);
}

AVX2 static void resample_vertical_avx2(const uint8_t *source, size_t row_bytes, const ic_resampling *plan,
                                        uint8_t *destination) {
    for (size_t p = 0; p < plan->outputs; p++) {
        const uint8_t *top = source + (size_t)plan->starts[p] * row_bytes;
        const int32_t *weights = plan->weights + p * plan->taps;
        size_t i = 0;
        for (; i + 16 <= row_bytes; i += 16) {
            resample_sixteen(top + i, row_bytes, weights, plan->counts[p], destination + p * row_bytes + i);
        }
        if (i < row_bytes) resample_column_range(source, row_bytes, plan, p, i, destination);
    }
}
#endif

/* MARK: - Entry points */

void ic_resample_horizontal(const uint8_t *source, size_t source_width, size_t rows, const ic_resampling *plan,
                            uint8_t *destination, int16_t *scratch) {
    assert(source && plan && destination && scratch);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        resample_horizontal_avx2(source, source_width, rows, plan, destination, scratch);
        return;
    }
#endif
    (void)scratch;
    ic_resample_horizontal_reference(source, source_width, rows, plan, destination);
}

void ic_resample_vertical(const uint8_t *source, size_t row_bytes, const ic_resampling *plan, uint8_t *destination) {
    assert(source && plan && destination);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        resample_vertical_avx2(source, row_bytes, plan, destination);
        return;
    }
#endif
    ic_resample_vertical_reference(source, row_bytes, plan, destination);
}
