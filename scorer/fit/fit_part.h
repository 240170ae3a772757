/* fit_part.h - the sums of the rows that a replicate is estimated from. */
#ifndef SCORER_FIT_PART_H
#define SCORER_FIT_PART_H

#include "fit_design.h"

enum fit_part_kind {
    PART_RESAMPLE,
    PART_WITHOUT_ROW,   /* a counted one; at most SINGLE_ROWS */
    PART_WITHOUT_GROUP, /* of the jackknife; empty ones are passed over */
    PART_WITHOUT_UNIT   /* of the design, see errors_stratified */
};

/* What there is to choose from.  Read by all threads. */
struct fit_parts {
    enum fit_part_kind kind;
    const struct fit_data *data;
    const struct fit_replication *how;
    size_t count;         /* of replicates */
    uint32_t *counted;    /* WITHOUT_ROW: the kept rows that count */
    size_t group[GROUPS]; /* WITHOUT_GROUP: those that are not empty */
    bool grouped;         /* a resample's groups are wanted too */
};

MUST_USE enum status fit_parts_make(const struct fit_data *d,
                                    const struct fit_replication *how,
                                    enum fit_part_kind kind, bool grouped,
                                    struct fit_parts *out);
void fit_parts_free(struct fit_parts *p);

/* What one thread works with. */
struct fit_part;

MUST_USE enum status fit_part_new(const struct fit_parts *parts,
                                  struct fit_part **out);
void fit_part_free(struct fit_part **p);

/* The rows of replicate k.  Draw d of resample k is a function of (seed, k, d)
 * alone.  The sums are the part's own, and hold until the next call. */
MUST_USE enum status fit_part_make(struct fit_part *p, size_t k,
                                   const struct fit_sums **sums);
/* Those of a grouped resample (draw d is in group d modulo GROUPS) without its
 * group g.  *sums NULL: the group is empty. */
MUST_USE enum status fit_part_without(struct fit_part *p, size_t g,
                                      const struct fit_sums **sums);

#endif
