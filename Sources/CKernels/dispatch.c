/* Which tables this processor can run, and which one it shall. */
#include "formats.h"
#include "table.h"

#include <pthread.h>
#include <stdlib.h>

enum { MOST_TABLES = 4 };
static const ck_kernels *tables[MOST_TABLES];
static long table_count;
static const ck_kernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void offer(const ck_kernels *table) {
    if (table) tables[table_count++] = table;
}

/* LORGNETTE_SIMD names the best table wanted; an unknown or unavailable name changes nothing. */
static void choose(void) {
    offer(ck_avx512_table());
    offer(ck_avx2_table());
    offer(ck_neon_table());
    offer(ck_reference_table());
    chosen = tables[0];
    const char *wanted = getenv("LORGNETTE_SIMD");
    for (long i = 0; wanted && i < table_count; i++)
        if (strcmp(tables[i]->name, wanted) == 0) chosen = tables[i];
}

const ck_kernels *ck_table(void) {
    pthread_once(&once, choose);
    return chosen;
}

long ck_available_tables(const ck_kernels **destination, long capacity) {
    pthread_once(&once, choose);
    for (long i = 0; i < table_count && i < capacity; i++) destination[i] = tables[i];
    return table_count;
}

size_t ck_bytes(ck_dtype dtype, long count) { return bytes_of(dtype, count); }

long ck_block(ck_dtype dtype) { return dtype == CK_Q8_0 || dtype == CK_Q4_0 ? BLOCK : 1; }

size_t ck_bf16_packed_bytes(long panel, long count, long inputs) {
    long panels = (count + panel - 1) / panel, pairs = (inputs + 1) / 2;
    return (size_t)panels * (size_t)pairs * (size_t)panel * 4;
}

size_t ck_f32_packed_bytes(long count, long inputs) {
    return (size_t)((count + CK_COLUMN_PANEL - 1) / CK_COLUMN_PANEL) * CK_COLUMN_PANEL * (size_t)inputs * 4;
}
