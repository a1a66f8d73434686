/* CKernels: the inner float loops of Lorgnette, chosen at run time for the processor it runs on.
 *
 * Conventions. All matrices are row-major; `rows × width` float32 unless a dtype says otherwise. Counts are element
 * counts, `long`. Pointers must not be null where a count is not 0; outputs must not alias inputs unless a comment says
 * "in place". No kernel allocates, prints, fails or keeps state. Results do not depend on alignment.
 *
 * Every kernel exists as a plain reference (`ck_reference_table`, accumulating in double, written to be read) and, where
 * the processor has them, as AVX2+FMA+F16C, AVX-512 (F, BW, DQ, VL; VNNI and BF16 where present) or NEON variants.
 * `ck_table()` is the best table for this processor: decided once, the environment variable LORGNETTE_SIMD
 * (reference|avx2|avx512|neon) lowers it.
 *
 * Fixed order: an output element's value depends on its own inputs and counts alone, never on how many other rows
 * are computed in the same call or in which chunk a thread took it.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How weights are stored. A block type's row is a whole number of blocks. */
typedef enum {
    CK_F32 = 0,
    CK_F16 = 1,
    CK_BF16 = 2,
    CK_Q8_0 = 3, /* blocks of 32: one f16 scale, 32 int8:                         34 bytes */
    CK_Q4_0 = 4, /* blocks of 32: one f16 scale, 16 bytes (low nibbles 0–15, high 16–31), value = (q − 8)·scale: 18 bytes */
} ck_dtype;

typedef struct {
    const char *name;   /* "reference", "avx2", "avx512", "neon" */
    bool wide_products; /* f32_product is faster than a BLAS here */
    bool bf16_products; /* there is an instruction for bf16_gemm: it is faster than f32 */

    /* --- conversion: `count` elements (a multiple of 32 for block types) --- */
    void (*to_f32)(ck_dtype dtype, const void *source, float *destination, long count);
    /* Round to nearest even; block types quantise as ggml does (q8_0: scale = max|x|/127; q4_0: scale = max/−8 of the
       element of largest magnitude, signed). NaN stays NaN, overflow to f16 gives infinity. */
    void (*from_f32)(ck_dtype dtype, const float *source, void *destination, long count);

    /* --- x·Wᵀ for few rows (decode) ---
       y[m][n] = Σ_k x[m][k]·w[n][k] (+ bias[n]), m < rows, n < outputs. `weights` points at output row 0 and rows
       follow each other without gaps. Value of y[m][n] does not depend on `rows`. For f32/f16/bf16 the products are
       f32; for q8_0 and q4_0 x is f32 too (dequantise in registers). Weights may lie at any
       address. They come from memory once for any number of rows: slabs of 12 outputs serve four rows after four. */
    void (*rows_times_weights)(ck_dtype dtype, const float *x, long rows, long x_stride, const void *weights,
                               long outputs, long inputs, const float *bias, float *y, long y_stride);
    /* y[i] += a·x[i]. */
    void (*axpy)(float a, const float *x, float *y, long count);
    float (*dot)(const float *a, const float *b, long count);

    /* --- elementwise --- (in place allowed: y may equal an input) */
    void (*add)(const float *a, const float *b, float *y, long count);
    void (*subtract)(const float *a, const float *b, float *y, long count);
    void (*multiply)(const float *a, const float *b, float *y, long count);
    void (*multiply_add)(const float *a, const float *b, float *y, long count); /* y += a·b */
    void (*scale)(const float *x, float factor, float *y, long count);
    void (*exponential)(const float *x, float *y, long count);       /* ≤ 2 ulp; −inf → 0 */
    /* activations, each with the derivative times the gradient: dx[i] = dy[i]·f'(x[i]) (dx may equal dy) */
    void (*relu)(const float *x, float *y, long count);
    void (*relu_backward)(const float *x, const float *dy, float *dx, long count);
    void (*gelu)(const float *x, float *y, long count);              /* 0.5x(1 + erf(x/√2)); absolute error ≤ 4e-7·max(1,|x|) */
    void (*gelu_backward)(const float *x, const float *dy, float *dx, long count);
    void (*gelu_tanh)(const float *x, float *y, long count);         /* 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))) */
    void (*gelu_tanh_backward)(const float *x, const float *dy, float *dx, long count);
    void (*quick_gelu)(const float *x, float *y, long count);        /* x·sigmoid(1.702x) */
    void (*quick_gelu_backward)(const float *x, const float *dy, float *dx, long count);
    void (*silu)(const float *x, float *y, long count);              /* x·sigmoid(x) */
    void (*silu_backward)(const float *x, const float *dy, float *dx, long count);
    void (*sigmoid)(const float *x, float *y, long count);
    void (*tanh_)(const float *x, float *y, long count);
    /* y = silu(g)·u, and its two gradients. */
    void (*swiglu)(const float *g, const float *u, float *y, long count);
    void (*swiglu_backward)(const float *g, const float *u, const float *dy, float *dg, float *du, long count);

    /* --- rows --- */
    float (*sum)(const float *x, long count);
    double (*sum_of_squares)(const float *x, long count); /* accumulated in double lanes */
    float (*maximum)(const float *x, long count);         /* −inf for count 0; NaN if any is NaN is not required */
    /* y = exp(scale·x − m)/Σ in place allowed; returns log Σ exp(scale·x). All −inf: y = 0, returns −inf. */
    float (*softmax)(const float *x, float scale, float *y, long count);
    /* dx = scale·p·(dp − Σ p·dp); dx may equal dp. */
    void (*softmax_backward)(const float *p, const float *dp, float scale, float *dx, long count);
    /* y = (x − mean)·rstd·gain + bias over one row (gain, bias may be null); returns mean and rstd = 1/√(var + ε). */
    void (*layer_norm)(const float *x, const float *gain, const float *bias, float epsilon, float *y, long width,
                       float *mean, float *rstd);
    /* dx for one row; dgain and dbias (may be null) are added to. */
    void (*layer_norm_backward)(const float *x, const float *gain, float mean, float rstd, const float *dy, float *dx,
                                float *dgain, float *dbias, long width);
    /* y = x·rstd·(gain + offset), rstd = 1/√(mean(x²) + ε); gain may be null (then 1). */
    void (*rms_norm)(const float *x, const float *gain, float offset, float epsilon, float *y, long width, float *rstd);
    void (*rms_norm_backward)(const float *x, const float *gain, float offset, float rstd, const float *dy, float *dx,
                              float *dgain, long width);
    /* Rotary embedding of `heads` heads of `rotary` (even) leading elements, `head_stride` apart, in place; cosines and
       sines have rotary/2 entries. interleaved false: pairs (i, i + rotary/2) as GPT-NeoX and Llama in transformers;
       true: pairs (2i, 2i+1). Give negated sines for the inverse (the backward pass). */
    void (*rotate)(float *x, long heads, long head_stride, long rotary, const float *cosines, const float *sines,
                   bool interleaved);

    /* --- attention of one query of one head against `keys` rows (decode) --- */
    /* scores[j] = scale·q·k[j], k rows `k_stride` apart. */
    void (*attention_scores)(const float *q, const float *k, long keys, long k_stride, long head_width, float scale,
                             float *scores);
    /* y = Σ_j p[j]·v[j]; y overwritten. */
    void (*attention_mix)(const float *p, const float *v, long keys, long v_stride, long head_width, float *y);

    /* --- attention of many queries: a tile of `rows` × `stride` scores, keys from `low` on ---
       Softmax of each row over its visible keys first[r]..<end[r] (null: all), the others 0, in place; log_sums[r] is the
       logarithm of the sum, −∞ where nothing is visible. */
    void (*attention_rows)(float *scores, long rows, long stride, const int32_t *first, const int32_t *end, long low,
                           float *log_sums);
    /* From scores in p and g·vᵀ in dp: p = exp(p − log_sums[r]), dp = p·(dp − o[r]·g[r]), both 0 where hidden, in place; o
       and g have rows of `width`, their strides apart. */
    void (*attention_rows_backward)(float *p, float *dp, long rows, long stride, const int32_t *first, const int32_t *end,
                                    long low, const float *log_sums, const float *o, long o_stride, const float *g,
                                    long g_stride, long width);

    /* --- optimisers, in place, over one parameter --- (TECHNIQUES.md §13)
       AdamW as torch.optim.AdamW: p *= 1 − lr·decay; m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)g²;
       p −= lr/c₁ · m / (√v/√c₂ + ε), c = 1 − βᵗ given by the caller. `g` is multiplied by grad_scale first (clipping). */
    void (*adamw)(float *p, const float *g, float *m, float *v, long count, float grad_scale, float lr, float beta1,
                  float beta2, float epsilon, float decay, float correction1, float correction2);
    void (*lion)(float *p, const float *g, float *m, long count, float grad_scale, float lr, float beta1, float beta2,
                 float decay);

    /* --- packed product with bf16 inputs and float sums (training, prefill) ---
       y[m][n] = Σ_k a[m][k]·b[n][k], every input rounded to bf16 (nearest even), the sum kept in float. Pack both sides,
       then multiply tiles; packing and tiles may be cut anywhere, the value of an element stays the same bit for bit.
       bf16_pack: `count` lines of `inputs` elements into panels of `panel` lines (CK_ROW_PANEL for a, CK_COLUMN_PANEL
       for b), `ck_bf16_packed_bytes(panel, count, inputs)` bytes, any alignment. `across` false: line i is row i of
       `source` (x, or W[outputs × inputs]); true: line i is column i (W[inputs × outputs], or a transposed). `stride` is the
       source's row length in elements. Any dtype; block types: stride a multiple of 32, and `inputs` too unless across.
       The first element of a block type's source must begin a block. */
    void (*bf16_pack)(ck_dtype dtype, const void *source, long stride, bool across, long count, long inputs, long panel,
                      void *packed);
    /* y = Σ (+ bias) (+ y if accumulate) for rows × outputs from packed sides of the same `inputs`; bias: one an output, or
       null. To start at line i of a packed side (i a multiple of its panel) advance its pointer by
       ck_bf16_packed_bytes(panel, i, inputs). */
    void (*bf16_gemm)(const void *packed_a, const void *packed_b, long rows, long outputs, long inputs, bool accumulate,
                      const float *bias, float *y, long y_stride);

    /* --- product in float32, one side packed or none --- worth it where vectors are wide (AVX-512): 1.2 to 2 times a BLAS.
       y[m][n] = factor·Σ_k a[m·a_row + k·a_column]·B[k][n] (+ bias[n]) (+ y if accumulate); bias may be null.
       B[k][n] = b[n/32·b_panel + n%32 + k·b_row]: rows `stride` apart with b_row = stride and b_panel = 32, packed panels
       with b_row = 32 and b_panel = 32·inputs. y must not overlap the inputs. */
    void (*f32_product)(const float *a, long a_row, long a_column, const float *b, long b_row, long b_panel, long rows,
                        long columns, long inputs, float factor, const float *bias, bool accumulate, float *y,
                        long y_stride);
    /* b in panels of CK_COLUMN_PANEL lines, ck_f32_packed_bytes(count, inputs) bytes; lines and `across` as in bf16_pack. */
    void (*f32_pack)(ck_dtype dtype, const void *source, long stride, bool across, long count, long inputs, float *packed);
} ck_kernels;

enum { CK_ROW_PANEL = 12, CK_COLUMN_PANEL = 32 };
/* Bytes of `count` lines of `inputs` elements packed in panels of `panel` lines (the last panel padded with zeros). */
size_t ck_bf16_packed_bytes(long panel, long count, long inputs);
size_t ck_f32_packed_bytes(long count, long inputs);

/* The best table for this processor (decided once) and the plain one. */
const ck_kernels *ck_table(void);
const ck_kernels *ck_reference_table(void);
/* Tables usable on this processor, best first; returns how many (at most `capacity` are written). */
long ck_available_tables(const ck_kernels **tables, long capacity);

/* Bytes of `count` elements (a multiple of the block for block types), and elements a block. */
size_t ck_bytes(ck_dtype dtype, long count);
long ck_block(ck_dtype dtype);

/* --- the worker pool (pool.c): the one place with threads ---
   Runs body(context, index) for every index < count on the calling thread and the workers, chunks claimed dynamically;
   returns when all are done. Workers spin briefly, then sleep. Nested calls and calls from several threads at once are
   allowed: a caller that finds the pool busy runs its own loop by itself. `ck_pool_set_threads` counts the caller;
   call it when no loop runs. 0 = the number of processors this process may use. */
void ck_parallel(long count, void *context, void (*body)(void *context, long index));
void ck_pool_set_threads(int threads);
int ck_pool_threads(void);

#ifdef __cplusplus
}
#endif

#include "ck_blocks.h"
