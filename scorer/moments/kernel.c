/* kernel.c - the kernel for any processor, and the choice between them.
 *
 * The choice is made by __builtin_cpu_supports, which reads a word that the
 * program start has filled; target_clones would do the same by ifunc, which
 * runs before ThreadSanitizer is ready.  About 13 ns for a row of 24 items
 * where the compiler has nothing but SSE2.
 */
#include "kernel.h"

#include "scorer/moments.h"

/* The inner loop has a fixed length, so that compilers turn it into pmaddwd
 * (or what their processor has) without being asked. */
static int32_t dot(const int16_t *a, const int16_t *b, size_t rows)
{
    int32_t sum = 0;

    for (size_t r = 0; r < rows; r += STRIP_STEP) {
        int32_t part = 0;

        for (size_t k = 0; k < STRIP_STEP; k++)
            part += a[r + k] * b[r + k];
        sum += part;
    }
    return sum;
}

static void cross_portable(const int16_t *columns, size_t items, size_t rows,
                           int32_t *cross)
{
    for (size_t i = 0; i < items; i++)
        for (size_t j = i; j < items; j++)
            cross[i * items + j] +=
                dot(columns + i * STRIP_ROWS, columns + j * STRIP_ROWS, rows);
}

const struct kernel kernel_portable = {"portable", cross_portable};

const struct kernel *kernel_at(size_t i)
{
    const struct kernel *have[3] = {NULL};
    size_t n = 0;

#ifdef KERNELS_X86
    if (__builtin_cpu_supports("avx512bw"))
        have[n++] = &kernel_avx512;
    if (__builtin_cpu_supports("avx2"))
        have[n++] = &kernel_avx2;
#endif
    have[n++] = &kernel_portable;
    return i < n ? have[i] : NULL;
}

const struct kernel *kernel_best(void)
{
    return kernel_at(0);
}

const char *moments_kernel(void)
{
    return kernel_best()->name;
}
