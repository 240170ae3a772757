/* small.h - a small model, and correlation matrices, for tests. */
#ifndef TESTS_SCORER_SMALL_H
#define TESTS_SCORER_SMALL_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scorer/pls.h"

/* A (a1 a2 a3) -> B (b1 b2) -> C (c1), and A -> C. */
enum { ITEMS = 6, CONSTRUCTS = 3 };

struct small {
    struct item item[ITEMS];
    struct construct construct[CONSTRUCTS];
    size_t number[ITEMS];
    bool path[CONSTRUCTS * CONSTRUCTS];
    struct survey survey;
    struct pls_model model;
};

static inline void small_make(struct small *s, enum inner_scheme scheme,
                              enum construct_mode mode)
{
    static const char *const codes[ITEMS] = {"a1", "a2", "a3",
                                             "b1", "b2", "c1"};
    static const size_t first[CONSTRUCTS + 1] = {0, 3, 5, 6};

    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < ITEMS; i++) {
        s->number[i] = i;
        s->item[i].min = 1;
        s->item[i].max = 10;
        (void)snprintf(s->item[i].code, sizeof s->item[i].code, "%s", codes[i]);
    }
    for (size_t c = 0; c < CONSTRUCTS; c++) {
        s->construct[c].mode = mode;
        s->construct[c].item = &s->number[first[c]];
        s->construct[c].items = first[c + 1] - first[c];
        s->construct[c].code[0] = (char)('A' + c);
    }
    s->path[1 * CONSTRUCTS + 0] = s->path[2 * CONSTRUCTS + 1] = true;
    s->path[2 * CONSTRUCTS + 0] = true;
    s->survey.items = ITEMS;
    s->survey.item = s->item;
    s->survey.model.scheme = scheme;
    s->survey.model.constructs = CONSTRUCTS;
    s->survey.model.construct = s->construct;
    s->survey.model.path = s->path;
    pls_model_of(&s->survey, &s->model);
}

/* A covariance matrix with the standard deviations 1.1, 1.2 ... */
static const double small_r[ITEMS * ITEMS] = {
    1.000, 0.613, 0.547, 0.401, 0.382, 0.293, /* */
    0.613, 1.000, 0.589, 0.371, 0.443, 0.317, /* */
    0.547, 0.589, 1.000, 0.329, 0.391, 0.271, /* */
    0.401, 0.371, 0.329, 1.000, 0.673, 0.457, /* */
    0.382, 0.443, 0.391, 0.673, 1.000, 0.511, /* */
    0.293, 0.317, 0.271, 0.457, 0.511, 1.000};

static const double small_mean[ITEMS] = {6.1, 7.3, 5.9, 8.2, 7.7, 6.6};

static inline double small_sd(size_t i)
{
    return 1.1 + 0.1 * (double)i;
}

static inline void small_cov(const double *r, double *cov)
{
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = 0; j < ITEMS; j++)
            cov[i * ITEMS + j] = r[i * ITEMS + j] * small_sd(i) * small_sd(j);
}

static inline void set_r(double *r, size_t i, size_t j, double value)
{
    r[i * ITEMS + j] = r[j * ITEMS + i] = value;
}

#endif
