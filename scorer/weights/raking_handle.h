/* raking_handle.h - the inside of struct raking, for this folder. */
#ifndef WEIGHTS_RAKING_HANDLE_H
#define WEIGHTS_RAKING_HANDLE_H

#include "scorer/people.h"

enum { MARGINS_MAX = 16, WORDS_MAX = 200 };

/* Rows of the population that fill the same columns. */
struct margin {
    uint32_t columns; /* a bit each */
    size_t first;     /* its categories stand from here on */
    size_t categories;
    double people;
};

struct raking {
    const struct population *population;
    size_t units, margins, categories;
    struct margin margin[MARGINS_MAX];
    const struct population_row **row; /* of each category */
    double *people;                    /* likewise */
    uint32_t *of;                      /* [margin * units + unit]: category */
};

static inline uint32_t raking_of(const struct raking *r, size_t margin,
                                 size_t unit)
{
    return r->of[margin * r->units + unit];
}

/* "province '11', product 'MOB'": the codes of a margin's columns. */
void margin_words(const struct raking *r, const struct margin *m,
                  const char *const *code, char out[WORDS_MAX]);
void margin_name(const struct population *p, const struct margin *m,
                 char out[RAKING_NAME_MAX]);

#endif
