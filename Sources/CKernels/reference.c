/* The readable kernels: what every other table is tested against. */
#include "reference/conversion.h"
#include "reference/elementwise.h"
#include "reference/gemm.h"
#include "reference/rows.h"
#include "table.h"

const ck_kernels *ck_reference_table(void) {
    static const ck_kernels table = TABLE("reference", false);
    return &table;
}
