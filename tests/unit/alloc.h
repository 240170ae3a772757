/* alloc.h - failing any allocation of ours, in tests.
 *
 * The linker sends malloc, calloc, realloc, strdup and strndup of our objects
 * (not of libraries) through alloc.c.
 */
#ifndef TESTS_ALLOC_H
#define TESTS_ALLOC_H

#include <stddef.h>

#include "base/status.h"

/* Let the n-th allocation from now fail (n from 1); 0: none. */
void alloc_fail_at(size_t n);
/* Whether the allocation that was to fail was reached. */
bool alloc_failed(void);
/* Allocations of ours since the last alloc_fail_at. */
size_t alloc_count(void);

/* Run `body` with its 1st, 2nd ... allocation failing until it ends without
 * meeting one.  Each time it must say ST_NOMEM and leave nothing behind; the
 * last time ST_OK.  Fails the cmocka test otherwise. */
void alloc_torture(enum status (*body)(void *ctx), void *ctx);

#endif
