/* weights.h - populations as files, and samples set against them, for tests. */
#ifndef TESTS_WEIGHTS_H
#define TESTS_WEIGHTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "scorer/people.h"

#define POPULATION_FILE "weights-population.csv"

static inline void write_population(const char *text)
{
    FILE *f = fopen(POPULATION_FILE, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static inline struct population *read_population(const char *text)
{
    struct population *p = NULL;
    struct err err = {""};
    enum status st;

    write_population(text);
    st = population_read(POPULATION_FILE, &p, &err);
    if (st != ST_OK)
        fail_msg("%s", err.text);
    unlink(POPULATION_FILE);
    return p;
}

/* Refused with the status and the cause, behind the file's name. */
static inline void refuse_population(const char *text, enum status status,
                                     const char *cause)
{
    struct population *p = NULL;
    struct err err = {""};
    char want[600];

    write_population(text);
    assert_int_equal(population_read(POPULATION_FILE, &p, &err), status);
    unlink(POPULATION_FILE);
    assert_null(p);
    snprintf(want, sizeof want, "%s%s", POPULATION_FILE, cause);
    assert_string_equal(err.text, want);
}

static inline uint64_t draw(uint64_t *state)
{
    /* splitmix64, Steele, Lea & Flood 2014 */
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline double uniform(uint64_t *state)
{
    return (double)(draw(state) >> 11) * 0x1p-53;
}

#endif
