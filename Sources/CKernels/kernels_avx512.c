/* The vector kernels for AVX-512 (F, BW, DQ, VL): sixteen lanes; the packed product uses BF16 where it is present. */
#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl"))), \
                             apply_to = function)
#include "vector/attention.h"
#include "vector/decode.h"
#include "vector/elementwise.h"
#include "vector/gemm.h"
#include "vector/packing.h"
#include "vector/rows.h"
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))), apply_to = function)
#include "vector/gemm_bf16.h"
#pragma clang attribute pop

const ck_kernels *ck_avx512_table(void) {
    static const ck_kernels table = TABLE("avx512", true),
                            bf16_table = TABLE_WITH_GEMM("avx512", true, bf16_gemm_dpbf16, true);
    bool usable = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") &&
                  __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (!usable) return NULL;
    return __builtin_cpu_supports("avx512bf16") ? &bf16_table : &table;
}
#else
const ck_kernels *ck_avx512_table(void) { return NULL; }
#endif
