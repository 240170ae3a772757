/* period.h - local dates and calendar months, Asia/Shanghai (UTC+8, no summer
 * time since 1991; all times here are later).
 *
 * A day is counted from 1970-01-01 local; a month is year * 12 + (month - 1).
 */
#ifndef SURVEYS_PERIOD_H
#define SURVEYS_PERIOD_H

#include <stdint.h>

#include "base/err.h"

int32_t period_day(int64_t ms);      /* local day of a moment */
int32_t period_month(int32_t day);   /* month of a day */
int32_t period_first(int32_t month); /* its first day */
int32_t period_last(int32_t month);  /* its last day */
int64_t period_start(int32_t day);   /* ms of local midnight */

/* "2026-11-22", or "2026/11/22" as spreadsheets save it; `last` decides what
 * "2026-11" means: its first or last day.  Years 1900 to 9999. */
MUST_USE enum status period_parse_day(const char *text, bool last, int32_t *day,
                                      struct err *err);
/* A moment: RFC 3339 ("2026-11-22T13:05:00+08:00"), the same with a blank for
 * the T, without a zone (local) or without seconds, a date (local midnight), or
 * ms since 1970 in 12 to 15 digits. */
MUST_USE enum status period_parse_time(const char *text, int64_t *ms,
                                       struct err *err);
#define PERIOD_TEXT 16
void period_format_day(int32_t day, char out[PERIOD_TEXT]);     /* 2026-11-22 */
void period_format_month(int32_t month, char out[PERIOD_TEXT]); /* 2026-11 */

#endif
