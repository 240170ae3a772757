/* indicators.h - what others measured: one CSV file.
 *
 *     period,subject,indicator,numerator,denominator,source,version
 *     2026-10,province=11;class=GLD,on_time_repair,980,1000,OSS,1
 *
 * A subject is what it is told of: dimensions with their codes, parted by
 * semicolons; nothing is the nation.  A correction is a line of the same
 * period, subject and indicator with a higher version; the old one stays.
 */
#ifndef OUTSIDE_INDICATORS_H
#define OUTSIDE_INDICATORS_H

#include "scorer/cells.h"

enum {
    SUBJECT_MAX = 4, /* dimensions of a subject */
    INDICATOR_MAX = 32,
    SOURCE_MAX = 64,
    INDICATORS_MAX = 1000000 /* lines */
};

struct subject {
    size_t count;
    enum dimension dimension[SUBJECT_MAX]; /* ascending */
    char code[SUBJECT_MAX][CODE_MAX + 1];
};

struct indicator {
    int32_t month;
    struct subject subject;
    char name[INDICATOR_MAX + 1];
    double numerator, denominator;
    char source[SOURCE_MAX + 1];
    int64_t version;
    uint64_t line; /* of the file */
};

struct indicators {
    size_t count;
    struct indicator *list; /* by month, subject, name, version */
};

/* ST_INVALID with file:line and cause: a field that is none, a numerator over
 * its denominator where that cannot be, the same version told twice. */
MUST_USE enum status indicators_read(const char *path, struct indicators *out,
                                     struct err *err);
void indicators_free(struct indicators *l);

/* Whether list[i] is the newest of its kind up to `version`. */
bool indicators_counts(const struct indicators *l, size_t i, int64_t version);

/* How an indicator is told: a share in percent, or a number per million. */
struct indicator_kind {
    const char *name;
    const char *unit; /* "%" or "per million" */
    double times;     /* numerator / denominator times this */
    bool share;       /* never above its denominator */
    bool less_is_better;
};
/* A name that is not known is a share in percent of which more is better. */
const struct indicator_kind *indicator_kind(const char *name);

/* A value with its 95 % interval: Wilson 1927 of shares, Garwood 1936 (exact
 * Poisson) of numbers.  All NaN without a denominator. */
struct indicator_value {
    double value, low, high;
};
struct indicator_value indicator_value(const struct indicator_kind *k,
                                       double numerator, double denominator);

int subject_compare(const struct subject *a, const struct subject *b);
/* NULL: the subject has no such dimension. */
const char *subject_code(const struct subject *s, enum dimension d);

#endif
