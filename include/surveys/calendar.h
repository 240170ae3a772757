/* calendar.h - when people may be asked, and which days are working days.
 *
 * Quiet hours are of every day; a dated file (surveys/codes/calendar.csv) says
 * what is different when: holidays, working days at week-ends (调休), whole
 * days or hours of silence, disaster areas, each for one province or all.
 * Columns: from,to,province,kind,start,end,note; dates as 2026-10-01, both
 * included (empty: no bound); province empty = all.  Kinds:
 *   holiday, workday   whole days; a province's own row goes before one for all
 *   quiet, disaster    nobody is written to; start and end as 21:00 and 08:00,
 *                      on each of the days (when start is later, into the next
 *                      day), or both empty = whole days
 *   shift              `start` is how far the province lives behind Beijing:
 *                      65,shift,02:00.  It moves the daily quiet hours alone
 * Lines that contradict each other are refused.
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
/* "21:00-08:00".  ST_INVALID: not two times of a day. */
MUST_USE enum status
quiet_hours_parse(const char *text, struct quiet_hours *out, struct err *err);

/* The first moment at or after `at` when somebody of this province ("": not
 * known) may be written to; INT64_MAX when there is none within a year. */
int64_t calendar_next(const struct calendar *c, struct quiet_hours hours,
                      const char *province, int64_t at);
/* Whole minutes in which one may send, from..to; of more than ten years the
 * first ten. */
int64_t calendar_minutes(const struct calendar *c, struct quiet_hours hours,
                         const char *province, int64_t from, int64_t to);
bool calendar_workday(const struct calendar *c, const char *province,
                      int64_t at);

#endif
