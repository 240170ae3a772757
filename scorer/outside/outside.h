/* outside.h - the two tables of the kind `outside`. */
#ifndef OUTSIDE_OUTSIDE_H
#define OUTSIDE_OUTSIDE_H

#include "indicators.h"
#include "promises.h"
#include "scorer/kind.h"

/* Each standard in each cell: what was promised, what was kept by the
 * indicator, and how its item was felt. */
MUST_USE enum status outside_standards(struct engine *e, const struct query *q,
                                       const struct indicators *all,
                                       const struct promises *promised,
                                       int64_t version, struct result *out,
                                       struct err *err);

#endif
