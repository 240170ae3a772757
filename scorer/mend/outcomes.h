/* outcomes.h - what became of people: a CSV file, and whose it is.
 *
 *     respondent,outcome,date
 *     0a1b...,ported,2026-12-05
 *
 * A line is of a respondent (the keyed hash, in hexadecimal) or, with a column
 * `id` instead, of a response.  `outcome` is stayed, left, ported (out, with
 * the number) or downgraded; `date` may be missing or empty.  An outcome of a
 * month before that of the answer is not used.
 *
 * 28 bytes a line.
 */
#ifndef MEND_OUTCOMES_H
#define MEND_OUTCOMES_H

#include "scorer/answers.h"

enum { OUTCOMES_MAX = 20000000 };

enum outcome { STAYED, LEFT, PORTED, DOWNGRADED, OUTCOMES };

struct outcome_line {
    uint8_t key[ID_SIZE];
    int32_t month; /* 0: not told */
    uint32_t line;
    uint8_t outcome;
    bool met;
};

struct outcomes {
    bool by_id; /* else by respondent */
    size_t count;
    struct outcome_line *line; /* by key */
};

/* ST_INVALID names file, line and cause: columns that are missing, no hash or
 * outcome or date, a key told twice.  Caller frees. */
MUST_USE enum status outcomes_read(const char *path, struct outcomes *out,
                                   struct err *err);
void outcomes_free(struct outcomes *o);

/* That of an answer, which is marked as met; NULL: none. */
const struct outcome_line *outcomes_of(struct outcomes *o,
                                       const struct answer *a);

#endif
