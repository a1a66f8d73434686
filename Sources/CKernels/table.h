/* Fills a ck_kernels from functions in scope that are named like its slots: a forgotten slot does not compile. */
#pragma once
#include "ckernels.h"

/* `wide`: whether f32_product is preferred to a BLAS; `gemm`: the bf16 product, `made_for` it where there is an instruction. */
#define TABLE(title, wide) TABLE_WITH_GEMM(title, wide, bf16_gemm, false)
#define TABLE_WITH_GEMM(title, wide, gemm, made_for)                                                                   \
    {                                                                                                                  \
        .name = title, .wide_products = wide, .bf16_products = made_for, .to_f32 = to_f32, .from_f32 = from_f32,       \
        .rows_times_weights = rows_times_weights, .axpy = axpy,                                                        \
        .dot = dot, .add = add, .subtract = subtract, .multiply = multiply, .multiply_add = multiply_add,              \
        .scale = scale, .exponential = exponential, .relu = relu, .relu_backward = relu_backward, .gelu = gelu,        \
        .gelu_backward = gelu_backward, .gelu_tanh = gelu_tanh, .gelu_tanh_backward = gelu_tanh_backward,              \
        .quick_gelu = quick_gelu, .quick_gelu_backward = quick_gelu_backward, .silu = silu,                            \
        .silu_backward = silu_backward, .sigmoid = sigmoid, .tanh_ = tanh_, .swiglu = swiglu,                          \
        .swiglu_backward = swiglu_backward, .sum = sum, .sum_of_squares = sum_of_squares, .maximum = maximum,          \
        .softmax = softmax, .softmax_backward = softmax_backward, .layer_norm = layer_norm,                            \
        .layer_norm_backward = layer_norm_backward, .rms_norm = rms_norm, .rms_norm_backward = rms_norm_backward,      \
        .rotate = rotate, .attention_scores = attention_scores, .attention_mix = attention_mix, .adamw = adamw,        \
        .lion = lion, .bf16_pack = bf16_pack, .bf16_gemm = gemm, .f32_pack = f32_pack, .f32_product = f32_product,     \
        .attention_rows = attention_rows, .attention_rows_backward = attention_rows_backward                           \
    }

/* Null where the processor's architecture does not have them. */
const ck_kernels *ck_avx512_table(void);
const ck_kernels *ck_avx2_table(void);
const ck_kernels *ck_neon_table(void);
