/* answers.h - the answers of a store that count, one by one.
 *
 * What the cube sums up, row by row, for what needs rows: resampling,
 * prediction, comparing groups.  The same answers count as in every score: of
 * each response the newest entry, unless it is set aside, erased or displaced.
 *
 * One pass over the log, some seconds for ten million answers; kept are those
 * that are asked for, at their items and 56 bytes each.
 */
#ifndef SCORER_ANSWERS_H
#define SCORER_ANSWERS_H

#include "scorer/query.h"

#define ANSWERS_BYTES_MAX ((size_t)1 << 30)

struct answers;

struct answer {
    const struct context *context;
    int32_t month; /* of the event */
    uint32_t rate_ppm;
    unsigned group;       /* errors_group */
    const uint8_t *value; /* of the survey's items, in its order */
    /* ID_SIZE bytes each; a respondent of zeros is not known */
    const uint8_t *id, *respondent;
};

/* Those to one survey (q->survey: its code, no family) of q's days and frames,
 * for which its filters and scope hold; the rest of the query is not read.
 * ST_NOTFOUND: no such survey, or nothing counted.  ST_INVALID: several forms
 * of it were answered in these days.  ST_RANGE: more than ANSWERS_BYTES_MAX. */
MUST_USE enum status answers_read(struct store *store, const struct query *q,
                                  struct answers **out, struct err *err);
void answers_free(struct answers **a);

/* The same from an engine's store; *people are the weights that the query gives
 * those who answered (scorer/people.h), NULL: each counts once.  They live
 * until the next engine_update. */
struct people;
MUST_USE enum status engine_answers(struct engine *e, const struct query *q,
                                    struct answers **out,
                                    const struct people **people,
                                    struct err *err);

const struct survey *answers_survey(const struct answers *a);
size_t answers_count(const struct answers *a);
/* In the order in which the responses first came. */
struct answer answers_at(const struct answers *a, size_t i);
/* Whether it enters fits: it answers 80 % of the model's items, all where only
 * complete rows count. */
bool answers_fit(const struct answers *a, size_t i);

/* Its code in a dimension, "" = not given. */
void answer_code(const struct answer *a, enum dimension d,
                 char out[CODE_MAX + 1]);

#endif
