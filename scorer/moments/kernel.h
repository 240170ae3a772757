/* kernel.h - the products of one strip of answers, by processor.
 *
 * A strip is up to STRIP_ROWS rows turned into columns of int16, so that a
 * product sum of two items is a dot product of two columns: the one thing that
 * pmaddwd does.  All kernels add the same integers and give the same bits.
 */
#ifndef SCORER_MOMENTS_KERNEL_H
#define SCORER_MOMENTS_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum {
    STRIP_ROWS = 512, /* 24 columns are 24 kB: they stay in the L1 cache */
    STRIP_STEP = 32,  /* rows and columns are filled up with zeros to these */
    STRIP_TILE = 4
};

struct kernel {
    const char *name;
    /* cross[i * items + j] += column i . column j for i <= j at least; column
     * i starts at columns + i * STRIP_ROWS.  `items` is a multiple of
     * STRIP_TILE, `rows` of STRIP_STEP. */
    void (*cross)(const int16_t *columns, size_t items, size_t rows,
                  int32_t *cross);
};

extern const struct kernel kernel_portable;

/* The best one for this processor. */
const struct kernel *kernel_best(void);
/* The i-th that runs here, NULL behind the last: for tests. */
const struct kernel *kernel_at(size_t i);

#if defined __x86_64__ && !defined MOMENTS_PORTABLE
#define KERNELS_X86 1
extern const struct kernel kernel_avx2;
extern const struct kernel kernel_avx512;
#endif

#endif
