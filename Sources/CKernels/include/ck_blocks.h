/* One-in-N sparse feed-forwards: units in blocks of `length`, one of each block chosen; see SparseFeedForward.

   Unit i of block b has the number b·length + i; a choice is i. Loops over blocks and rows made of the kernels of a table, so one
   body serves every processor. No aliasing unless said. */
#pragma once
#include "ckernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* y = softmax(scale·x) of every block; in place allowed. */
void ck_block_softmax(const ck_kernels *kernels, const float *x, float scale, float *y, long blocks, long length);

/* The first greatest element of every block. */
void ck_block_greatest(const float *x, long blocks, long length, int32_t *choices);

/* A draw from the distribution p of every block by its inverse: the first i with p₀ + … + pᵢ > u, u one number of [0, 1) a
   block; the last element of weight where rounding leaves none. */
void ck_block_drawn(const float *p, const float *u, long blocks, long length, int32_t *choices);

/* usage[unit] += times the unit was chosen, over `rows` rows of choices. */
void ck_block_count(const int32_t *choices, long rows, long blocks, long length, int64_t *usage);

/* z = max(0, u·m): m = 1 at the choices and 0 elsewhere; without choices (null) m = p. */
void ck_block_units(const float *u, const float *p, const int32_t *choices, long blocks, long length, float *z);

/* The way back. With g = dz where u > 0 (and, with choices, where chosen), else 0:
   du = g·m;  dm = g·u;  dlogits = p·(dm − Σ_block p·dm): the straight-through gradient where there are choices, the true one where
   there are none. p and dlogits may be null together: then only du. */
void ck_block_units_backward(const float *u, const float *p, const int32_t *choices, const float *dz, long blocks,
                             long length, float *du, float *dlogits);

typedef struct {
    long read;    /* rows of the reading matrix that were touched */
    long written; /* rows of the writing matrix */
} ck_row_count;

/* Decoding: y += Σ_b max(0, x·R[n_b])·W[n_b] for blocks first…first + count − 1, n_b = b·length + choices[b]; both matrices
   `units × width` rows of `dtype` at any address. Touches one row of each matrix a block and no other weight; returns how
   many it touched, counted as it goes. */
ck_row_count ck_block_decode(const ck_kernels *kernels, ck_dtype dtype, const float *x, const void *reading,
                             const void *writing, long width, const int32_t *choices, long first, long count,
                             long length, float *y);

#ifdef __cplusplus
}
#endif
