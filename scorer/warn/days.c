/* days.c - see days.h. */
#include "days.h"

#include "surveys/period.h"

enum { MONDAY, FRIDAY = 4, SATURDAY, SUNDAY, LONGEST_HOLIDAY = 16 };

/* 1970-01-01 was a Thursday. */
int day_of_week(int32_t day)
{
    return (int)(((day + 3) % 7 + 7) % 7);
}

int32_t day_week_end(int32_t day)
{
    return day + SUNDAY - day_of_week(day);
}

static bool worked(const struct calendar *c, int32_t day)
{
    return calendar_workday(c, "", period_start(day) + 12 * INT64_C(3600000));
}

/* A Monday to Friday off, from `day` on as far as days are off. */
static bool reaches_holiday(const struct calendar *c, int32_t day, int step)
{
    for (int i = 0; i < LONGEST_HOLIDAY && !worked(c, day); i++, day += step)
        if (day_of_week(day) <= FRIDAY)
            return true;
    return false;
}

unsigned day_class(const struct calendar *c, int32_t day)
{
    const int week = day_of_week(day);

    if (!c)
        return (unsigned)week;
    if (worked(c, day))
        return (unsigned)(week == SATURDAY ? FRIDAY
                          : week == SUNDAY ? MONDAY
                                           : week);
    if (reaches_holiday(c, day, 1) || reaches_holiday(c, day, -1))
        return DAY_HOLIDAY;
    return (unsigned)week;
}

unsigned day_coarse(unsigned fine)
{
    return fine == DAY_HOLIDAY ? COARSE_HOLIDAY
           : fine >= SATURDAY  ? COARSE_WEEKEND
                               : COARSE_WORKDAY;
}
