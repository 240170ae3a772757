/* promises.h - what an operator promises: one CSV file, its own texts.
 *
 *     standard,grade,touchpoint,item,indicator,limit,text
 *     repair-gold,GLD,FIELD,REP3,on_time_repair,98,Repaired in 3 hours
 *
 * `grade` is a class and may be empty, as may `touchpoint`: then it is for
 * all.  `item` is how customers felt it, `indicator` whether it was kept, and
 * `limit` what was promised, in the indicator's unit; one of item and
 * indicator may be empty.
 */
#ifndef OUTSIDE_PROMISES_H
#define OUTSIDE_PROMISES_H

#include "base/err.h"
#include "base/limits.h"
#include "indicators.h"

enum { STANDARDS_MAX = 1000, STANDARD_TEXT_MAX = 200 };

struct standard {
    char name[INDICATOR_MAX + 1];
    char grade[CODE_MAX + 1];
    char touchpoint[CODE_MAX + 1];
    char item[ITEM_CODE_MAX + 1];
    char indicator[INDICATOR_MAX + 1];
    double limit; /* NaN: none */
    char text[STANDARD_TEXT_MAX + 1];
};

struct promises {
    size_t count;
    struct standard *list; /* as in the file */
};

/* ST_INVALID with file:line and cause. */
MUST_USE enum status promises_read(const char *path, struct promises *out,
                                   struct err *err);
void promises_free(struct promises *l);

#endif
