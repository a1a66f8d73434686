/* The vector kernels for 64-bit Arm: four lanes, no intrinsics, no features beyond the baseline (which has FMA). */
#include "table.h"

#if defined(__aarch64__)
#define LANES 4
#include "vector/attention.h"
#include "vector/decode.h"
#include "vector/elementwise.h"
#include "vector/gemm.h"
#include "vector/packing.h"
#include "vector/rows.h"

const ck_kernels *ck_neon_table(void) {
    static const ck_kernels table = TABLE("neon", false);
    return &table;
}
#else
const ck_kernels *ck_neon_table(void) { return NULL; }
#endif
