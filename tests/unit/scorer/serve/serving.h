/* serving.h - what the tests of scorer/serve share.  Header only. */
#ifndef TESTS_SERVING_H
#define TESTS_SERVING_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "collector/wire_pack.h"
#include "wire.h"

#define NOW INT64_C(1795323900000) /* 2026-11-22 in Shanghai */

static inline uint64_t next_random(uint64_t *state)
{
    /* splitmix64, Steele, Lea & Flood 2014 */
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Bytes at their exact size: checkers see one too far. */
static inline uint8_t *exactly(const void *bytes, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);

    assert_non_null(copy);
    if (len)
        memcpy(copy, bytes, len);
    return copy;
}

#endif
