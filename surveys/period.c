/* period.c - see surveys/period.h.
 *
 * Days and dates are turned into each other by Howard Hinnant's formulas
 * ("chrono-compatible low-level date algorithms"): years begin in March, so
 * that the leap day comes last, and 400 of them are 146 097 days.
 */
#include "surveys/period.h"

#include <string.h>

#define DAY_MS  INT64_C(86400000)
#define ZONE_MS (8 * INT64_C(3600000)) /* Asia/Shanghai */

enum { YEAR_MIN = 1900, YEAR_MAX = 9999 };

struct date {
    int year, month, day;
};

static int32_t days_from(struct date d)
{
    const int year = d.year - (d.month <= 2);
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int of_era = year - era * 400;
    const int of_year =
        (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    const int day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;

    return era * 146097 + day - 719468;
}

static struct date date_of(int32_t days)
{
    const int64_t shifted = (int64_t)days + 719468;
    const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int day = (int)(shifted - era * 146097);
    const int year =
        (day - day / 1460 + day / 36524 - day / 146096) / 365; /* of the era */
    const int of_year = day - (365 * year + year / 4 - year / 100);
    const int march = (5 * of_year + 2) / 153; /* months since March */
    struct date d;

    d.day = of_year - (153 * march + 2) / 5 + 1;
    d.month = march < 10 ? march + 3 : march - 9;
    d.year = (int)(year + era * 400) + (d.month <= 2);
    return d;
}

int32_t period_day(int64_t ms)
{
    /* divide before the zone is added: no moment overflows */
    int64_t day = ms / DAY_MS, rest = ms % DAY_MS;

    if (rest < 0) {
        rest += DAY_MS;
        day--;
    }
    if (rest + ZONE_MS >= DAY_MS)
        day++;
    return day > INT32_MAX   ? INT32_MAX
           : day < INT32_MIN ? INT32_MIN
                             : (int32_t)day;
}

int32_t period_month(int32_t day)
{
    struct date d = date_of(day);

    return d.year * 12 + d.month - 1;
}

int32_t period_first(int32_t month)
{
    int year = month >= 0 ? month / 12 : (month - 11) / 12;

    return days_from((struct date){year, month - year * 12 + 1, 1});
}

int32_t period_last(int32_t month)
{
    return period_first(month + 1) - 1;
}

int64_t period_start(int32_t day)
{
    return day * DAY_MS - ZONE_MS;
}

/* Between `least` and `most` digits at *at, which moves on; -1 if there are
 * not as many. */
static int number(const char **at, int least, int most)
{
    int v = 0, n = 0;

    while (n < most && (*at)[n] >= '0' && (*at)[n] <= '9')
        v = v * 10 + ((*at)[n++] - '0');
    if (n < least)
        return -1;
    *at += n;
    return v;
}

static bool skip(const char **at, const char *any_of)
{
    if (!**at || !strchr(any_of, **at))
        return false;
    ++*at;
    return true;
}

/* "2026-11-22", or "2026/1/5" as spreadsheets write it when they save a date
 * again; without a day d->day is 0. */
static bool read_date(const char **at, struct date *d)
{
    const bool slashes = strlen(*at) > 4 && (*at)[4] == '/';
    const char *sign = slashes ? "/" : "-";
    const int least = slashes ? 1 : 2;

    d->year = number(at, 4, 4);
    if (d->year < YEAR_MIN || d->year > YEAR_MAX || !skip(at, sign))
        return false;
    d->month = number(at, least, 2);
    if (d->month < 1 || d->month > 12)
        return false;
    d->day = 0;
    if (!skip(at, sign))
        return true;
    d->day = number(at, least, 2);
    return d->day >= 1 &&
           d->day <= period_last(d->year * 12 + d->month - 1) -
                         period_first(d->year * 12 + d->month - 1) + 1;
}

enum status period_parse_day(const char *text, bool last, int32_t *day,
                             struct err *err)
{
    const char *at = text;
    struct date d;

    if (!read_date(&at, &d) || *at)
        return err_set(err, ST_INVALID,
                       "'%.40s' is not a date (YYYY-MM-DD or YYYY-MM)", text);
    if (d.day)
        *day = days_from(d);
    else if (last)
        *day = period_last(d.year * 12 + d.month - 1);
    else
        *day = period_first(d.year * 12 + d.month - 1);
    return ST_OK;
}

/* ".5" and finer; more than milliseconds are cut off. */
static bool read_fraction(const char **at, int64_t *ms)
{
    int64_t unit = 100;

    if (**at < '0' || **at > '9')
        return false;
    for (; **at >= '0' && **at <= '9'; ++*at, unit /= 10)
        *ms += (**at - '0') * unit;
    return true;
}

/* Behind the date; *ms since midnight of the zone written, which goes to
 * *zone. */
static bool read_clock(const char **at, int64_t *ms, int64_t *zone)
{
    int hour = number(at, 1, 2), minute, second = 0, sign;

    if (hour < 0 || hour > 23 || !skip(at, ":"))
        return false;
    minute = number(at, 2, 2);
    if (minute < 0 || minute > 59)
        return false;
    if (skip(at, ":")) {
        second = number(at, 2, 2);
        if (second < 0 || second > 60) /* a leap second is the next minute */
            return false;
    }
    *ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
    if (skip(at, ".") && !read_fraction(at, ms))
        return false;
    *zone = ZONE_MS;
    if (skip(at, "Zz")) {
        *zone = 0;
        return true;
    }
    sign = **at == '-' ? -1 : 1;
    if (!skip(at, "+-"))
        return true;
    hour = number(at, 2, 2);
    if (hour < 0 || hour > 23 || !skip(at, ":"))
        return false;
    minute = number(at, 2, 2);
    *zone = sign * (hour * 60 + minute) * INT64_C(60000);
    return minute >= 0 && minute <= 59;
}

/* Milliseconds since 1970, 12 to 15 digits (years 1973 to 9999): fewer would be
 * seconds, or a date without its signs. */
static bool read_ms(const char *at, int64_t *ms)
{
    size_t n = strspn(at, "0123456789");
    int64_t v = 0;

    if (at[n] || n < 12 || n > 15)
        return false;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (at[i] - '0');
    *ms = v;
    return v < period_start(days_from((struct date){YEAR_MAX + 1, 1, 1}));
}

enum status period_parse_time(const char *text, int64_t *ms, struct err *err)
{
    const char *at = text;
    int64_t clock = 0, zone = ZONE_MS, plain;
    struct date d;
    bool fine;

    if (read_ms(text, &plain)) {
        *ms = plain;
        return ST_OK;
    }
    fine = read_date(&at, &d) && d.day;
    if (fine && skip(&at, "Tt "))
        fine = read_clock(&at, &clock, &zone);
    if (!fine || *at)
        return err_set(err, ST_INVALID,
                       "'%.40s' is not a time (2026-11-22T13:05:00+08:00, "
                       "2026-11-22 13:05:00, 2026-11-22 or ms since 1970)",
                       text);
    *ms = days_from(d) * DAY_MS + clock - zone;
    return ST_OK;
}

void period_format_day(int32_t day, char out[PERIOD_TEXT])
{
    struct date d = date_of(day);

    (void)snprintf(out, PERIOD_TEXT, "%04d-%02d-%02d", d.year, d.month, d.day);
}

void period_format_month(int32_t month, char out[PERIOD_TEXT])
{
    struct date d = date_of(period_first(month));

    (void)snprintf(out, PERIOD_TEXT, "%04d-%02d", d.year, d.month);
}
