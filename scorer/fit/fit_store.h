/* fit_store.h - answers of a store as the rows of a fit. */
#ifndef SCORER_FIT_STORE_H
#define SCORER_FIT_STORE_H

#include "fit.h"
#include "scorer/answers.h"
#include "scorer/request.h"

/* The answers that the request asks for.  `codes` (NULL: none) is a folder of
 * tables that know names in --where. */
MUST_USE enum status fit_store_answers(struct request *r, const char *codes,
                                       struct answers **out, struct err *err);

/* Those of them that enter fits.  In `source` the weight is "design" (one over
 * the sampling rate) or NULL, and labels are names of dimensions; of its other
 * members only `keep` is read.  The jackknife's groups are those of scores.
 * ST_INVALID: another weight, no such dimension, an answer whose rate is not
 * known. */
MUST_USE enum status fit_store_read(const struct fit_plan *p,
                                    const struct fit_source *source,
                                    const struct answers *a,
                                    struct fit_data *out, struct err *err);

#endif
