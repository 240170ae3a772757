/* tell.h - what the results of this folder have in common. */
#ifndef COMPARE_TELL_H
#define COMPARE_TELL_H

#include "measure.h"
#include "scorer/result.h"

/* survey, form, and the cell: the query's and `last` (DIMENSIONS: none). */
void tell_cell_columns(const struct query *q, enum dimension last,
                       struct result *out);
void tell_cell(const struct cell_estimate *e, size_t codes, struct result *out);
/* value (where told), se, low, high. */
void tell_interval(const struct finding *f, bool value, struct result *out);

#endif
