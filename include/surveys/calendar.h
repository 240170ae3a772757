/* calendar.h - when people may be asked, and which days are working days.
 *
 * Quiet hours are of every day; a dated file (surveys/codes/calendar.csv) says
 * what is different when: holidays, working days at week-ends (调休), whole
 * days or hours of silence, disaster areas, each for one province or all.
 * Columns: from,to,province,kind,start,end,note; dates as 2026-10-01, both
 * included; province empty = all; kind holiday, workday, quiet, disaster or
 * shift; start and end as 21:00 (empty = the whole day; of a shift `start` is
 * the hours that the province lives behind Beijing: 65,shift,02:00).
 *
 * Times are ms since 1970; the clock is Asia/Shanghai everywhere.
 */
#ifndef SURVEYS_CALENDAR_H
#define SURVEYS_CALENDAR_H

#include <stdint.h>

#include "base/err.h"

struct calendar;

/* Messages are file:line: cause. */
MUST_USE enum status calendar_load(const char *path, struct calendar **out,
                                   struct err *err);
void calendar_free(struct calendar **c);

struct quiet_hours {
    int from, to; /* minutes of the day: 21 * 60, 8 * 60; equal: none */
};
/* "21:00-08:00".  ST_INVALID. */
MUST_USE enum status
quiet_hours_parse(const char *text, struct quiet_hours *out, struct err *err);

/* The first moment at or after `at` when somebody of this province ("": not
 * known) may be written to; INT64_MAX when there is none within a year. */
int64_t calendar_next(const struct calendar *c, struct quiet_hours hours,
                      const char *province, int64_t at);
/* Minutes in which one may send, from..to. */
int64_t calendar_minutes(const struct calendar *c, struct quiet_hours hours,
                         const char *province, int64_t from, int64_t to);
bool calendar_workday(const struct calendar *c, const char *province,
                      int64_t at);

#endif
