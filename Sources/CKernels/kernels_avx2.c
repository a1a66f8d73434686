/* The vector kernels for AVX2 with FMA and F16C: eight lanes. */
#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 8
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "vector/attention.h"
#include "vector/decode.h"
#include "vector/elementwise.h"
#include "vector/gemm.h"
#include "vector/packing.h"
#include "vector/rows.h"
#pragma clang attribute pop

const ck_kernels *ck_avx2_table(void) {
    static const ck_kernels table = TABLE("avx2", false);
    bool usable = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    return usable ? &table : NULL;
}
#else
const ck_kernels *ck_avx2_table(void) { return NULL; }
#endif
