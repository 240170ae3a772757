/* fit_groups.h - what the section on groups says, and in which words. */
#ifndef SCORER_FIT_GROUPS_H
#define SCORER_FIT_GROUPS_H

#include "fit_sample.h"
#include "scorer/groups.h"
#include "surveys/json.h"

struct fit_groups {
    size_t groups;
    const char **name; /* the words are the data's */
    uint32_t *group;   /* of each row that counts */
    size_t without;    /* rows in no group */
    size_t permutations, resamples;
    struct groups_comparison comparison;
};

/* Of a struct fit_groups. */
MUST_USE enum status fit_groups_text(const struct fit_result *r,
                                     const void *state, FILE *out);
void fit_groups_json(const struct fit_result *r, const void *state,
                     const char *key, struct json *j);

#endif
