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

#endif
