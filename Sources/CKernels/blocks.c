#include "ck_blocks.h"

#include "formats.h"

void ck_block_softmax(const ck_kernels *kernels, const float *x, float scale, float *y, long blocks, long length) {
    for (long b = 0; b < blocks; b++) kernels->softmax(x + b * length, scale, y + b * length, length);
}

void ck_block_greatest(const float *x, long blocks, long length, int32_t *choices) {
    for (long b = 0; b < blocks; b++, x += length) {
        long best = 0;
        for (long i = 1; i < length; i++) best = x[i] > x[best] ? i : best;
        choices[b] = (int32_t)best;
    }
}

void ck_block_drawn(const float *p, const float *u, long blocks, long length, int32_t *choices) {
    for (long b = 0; b < blocks; b++, p += length) {
        float below = 0;
        long chosen = 0;
        for (long i = 0; i < length; i++) {
            if (p[i] > 0) chosen = i;
            below += p[i];
            if (below > u[b]) break;
        }
        choices[b] = (int32_t)chosen;
    }
}

void ck_block_count(const int32_t *choices, long rows, long blocks, long length, int64_t *usage) {
    for (long row = 0; row < rows; row++, choices += blocks)
        for (long b = 0; b < blocks; b++) usage[b * length + choices[b]]++;
}

void ck_block_units(const float *u, const float *p, const int32_t *choices, long blocks, long length, float *z) {
    if (!choices) {
        for (long i = 0; i < blocks * length; i++) z[i] = u[i] > 0 ? u[i] * p[i] : 0;
        return;
    }
    memset(z, 0, (size_t)(blocks * length) * sizeof *z);
    for (long b = 0; b < blocks; b++) {
        long n = b * length + choices[b];
        z[n] = u[n] > 0 ? u[n] : 0;
    }
}

/* One block of a soft mask: everything may have a gradient. */
static void soft_backward(const float *u, const float *p, const float *dz, long length, float *du, float *dlogits) {
    float along = 0;
    for (long i = 0; i < length; i++) {
        float g = u[i] > 0 ? dz[i] : 0;
        du[i] = g * p[i];
        dlogits[i] = g * u[i];
        along += p[i] * dlogits[i];
    }
    for (long i = 0; i < length; i++) dlogits[i] = p[i] * (dlogits[i] - along);
}

void ck_block_units_backward(const float *u, const float *p, const int32_t *choices, const float *dz, long blocks,
                             long length, float *du, float *dlogits) {
    if (choices) memset(du, 0, (size_t)(blocks * length) * sizeof *du);
    for (long b = 0; b < blocks; b++) {
        long start = b * length;
        if (!choices) {
            soft_backward(u + start, p + start, dz + start, length, du + start, dlogits + start);
            continue;
        }
        long n = start + choices[b];
        float g = u[n] > 0 ? dz[n] : 0;
        du[n] = g;
        if (!dlogits) continue;
        /* dm is g·u at the choice and 0 elsewhere. */
        float dm = g * u[n], along = p[n] * dm;
        for (long i = start; i < start + length; i++) dlogits[i] = -p[i] * along;
        dlogits[n] = p[n] * (dm - along);
    }
}

/* Asks for a row before it is needed: rows lie apart, and the processor cannot guess where. A touch never faults. */
static void touch(const uint8_t *row, size_t bytes) {
    for (size_t offset = 0; offset < bytes; offset += 64) __builtin_prefetch(row + offset, 0, 3);
}

enum { PIECE = 256 };

/* y += z·row */
static void add_row(const ck_kernels *kernels, ck_dtype dtype, float z, const uint8_t *row, long width, float *y) {
    if (dtype == CK_F32) {
        kernels->axpy(z, (const float *)(const void *)row, y, width);
        return;
    }
    float values[PIECE];
    for (long start = 0; start < width; start += PIECE) {
        long count = width - start < PIECE ? width - start : PIECE;
        kernels->to_f32(dtype, row + bytes_of(dtype, start), values, count);
        kernels->axpy(z, values, y + start, count);
    }
}

ck_row_count ck_block_decode(const ck_kernels *kernels, ck_dtype dtype, const float *x, const void *reading,
                             const void *writing, long width, const int32_t *choices, long first, long count,
                             long length, float *y) {
    ck_row_count rows = {0, 0};
    const size_t row_bytes = bytes_of(dtype, width);
    const uint8_t *read = reading, *write = writing;
    for (long b = first; b < first + count; b++) {
        size_t row = (size_t)(b * length + choices[b]) * row_bytes;
        if (b + 1 < first + count) {
            size_t next = (size_t)((b + 1) * length + choices[b + 1]) * row_bytes;
            touch(read + next, row_bytes);
            touch(write + next, row_bytes);
        }
        float unit;
        kernels->rows_times_weights(dtype, x, 1, width, read + row, 1, width, NULL, &unit, 1);
        rows.read++;
        add_row(kernels, dtype, unit > 0 ? unit : 0, write + row, width, y);
        rows.written++;
    }
    return rows;
}
