/* days.h - which days are alike: weekdays, week-ends, holidays.
 *
 * A holiday is a whole run of days off that has a Monday to Friday in it, so
 * that the week-end inside of a long holiday is one too.  A week-end day that
 * is worked (调休) counts as the weekday beside it: Saturday as Friday, Sunday
 * as Monday.
 */
#ifndef WARN_DAYS_H
#define WARN_DAYS_H

#include <stdint.h>

#include "surveys/calendar.h"

/* Fine classes are Monday .. Sunday and holiday; coarse ones workday, week-end
 * and holiday; of weeks: plain, and with a holiday in it. */
enum { DAY_HOLIDAY = 7, DAY_CLASSES = 8 };
enum { COARSE_WORKDAY, COARSE_WEEKEND, COARSE_HOLIDAY };

/* The fine class of a local day.  `c` NULL: no holidays are known. */
unsigned day_class(const struct calendar *c, int32_t day);
unsigned day_coarse(unsigned fine);

int day_of_week(int32_t day);      /* 0: Monday */
int32_t day_week_end(int32_t day); /* the Sunday of its week */

#endif
