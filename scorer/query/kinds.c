/* kinds.c - every kind of question, in the order in which they are told of. */
#include "scorer/kind.h"

const struct query_kind *const query_kinds[] = {
    &kind_score,   &kind_funnel,   &kind_compare, &kind_ranks, &kind_adjusted,
    &kind_modes,   &kind_areas,    &kind_mend,    &kind_rates, &kind_exit,
    &kind_outside, &kind_warnings, NULL};
