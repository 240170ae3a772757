/* multiple.h - many tests at once.
 *
 * Of twenty true nothings one is "significant" at 5 %.  Benjamini & Hochberg
 * 1995 (J. Royal Statistical Society B 57(1), eq. 1) hold the expected share
 * of false finds among all finds below the level instead; given back as
 * adjusted p, to be compared with that level, as R's p.adjust does.
 */
#ifndef SCORER_MULTIPLE_H
#define SCORER_MULTIPLE_H

#include <stddef.h>

#include "base/status.h"

/* adjusted[i] = min over p[j] >= p[i] of p[j] m / rank(p[j]), at most 1, for
 * the m of the n that are numbers; NaN (no test was made) stays and does not
 * count.  `adjusted` may be `p`.  ST_NOMEM leaves it untouched.  n log n. */
MUST_USE enum status false_discovery(const double *p, size_t n,
                                     double *adjusted);

#endif
