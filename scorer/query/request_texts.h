/* request_texts.h - what a request's query points to, for this folder. */
#ifndef QUERY_REQUEST_TEXTS_H
#define QUERY_REQUEST_TEXTS_H

#include "scorer/request.h"

enum { FILTERS_MAX = 32, CODES_PER_FILTER_MAX = 512 };

struct request_texts {
    struct options *options;
    enum dimension by[DIMENSIONS];
    size_t filters;
    struct query_filter filter[FILTERS_MAX];
    const char **codes[FILTERS_MAX]; /* of each filter */
    char *copy[FILTERS_MAX];         /* what the codes point into */
};

/* What was written, before it is understood. */
struct request_words {
    const char *survey, *from, *to, *by, *where, *frame, *base, *construct,
        *rollup_file, *population, *limits;
    int weighting, weights, rollup, reader;
    size_t wheres;
    const char *each_where[FILTERS_MAX];
};

/* What a program asks for: rows, of a store or of elsewhere; indices. */
enum request_kind {
    REQUEST_ROWS = 1,
    REQUEST_SCORES = 2,
    REQUEST_ALL = REQUEST_ROWS | REQUEST_SCORES
};

/* The options of a kind, at most REQUEST_OPTIONS_MAX. */
enum { REQUEST_OPTIONS_MAX = 24 };
size_t request_options(enum request_kind kind, struct request_words *w,
                       struct request *r, struct option_spec *out);

#endif
