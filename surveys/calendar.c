/* calendar.c - see surveys/calendar.h.
 *
 * A day is laid out minute by minute, which needs no thought about intervals
 * that overlap or pass midnight: 1440 bytes and a pass over the rows.  Nearly
 * every question is answered within a day or two, the worst one in 10 ms.
 */
#include "surveys/calendar.h"

#include <stdlib.h>

#include "base/limits.h"
#include "surveys/csv.h"
#include "surveys/period.h"

#define MINUTE_MS INT64_C(60000)

enum {
    DAY = 24 * 60, /* minutes */
    ROWS_MAX = 10000,
    SEARCH_DAYS = 366,
    COUNT_DAYS = 3653,
    SHIFT_MAX = 12 * 60
};

enum kind { HOLIDAY, WORKDAY, QUIET, DISASTER, SHIFT, KINDS };
static const char *const kinds[KINDS] = {"holiday", "workday", "quiet",
                                         "disaster", "shift"};

struct row {
    int32_t from, to; /* days, both included */
    char province[CODE_MAX + 1];
    enum kind kind;
    int start, end; /* minutes; 0 and DAY = the whole day */
    uint64_t line;
};

struct calendar {
    size_t count, cap;
    struct row *rows;
};

/* ---- reading ---- */

/* "8:00" or "08:00" at *at, which moves on; 24:00 is an end of day. */
static bool read_minute(const char **at, int *minute)
{
    const char *p = *at;
    int hour = 0, digits = 0, m;

    for (; digits < 2 && *p >= '0' && *p <= '9'; p++, digits++)
        hour = hour * 10 + (*p - '0');
    if (!digits || p[0] != ':' || p[1] < '0' || p[1] > '5' || p[2] < '0' ||
        p[2] > '9')
        return false;
    m = hour * 60 + (p[1] - '0') * 10 + (p[2] - '0');
    if (m > DAY)
        return false;
    *at = p + 3;
    *minute = m;
    return true;
}

static bool read_time(const char *text, int *minute)
{
    return read_minute(&text, minute) && !*text;
}

enum status quiet_hours_parse(const char *text, struct quiet_hours *out,
                              struct err *err)
{
    const char *at = text;
    struct quiet_hours h;

    if (!read_minute(&at, &h.from) || *at++ != '-' ||
        !read_minute(&at, &h.to) || *at || h.from == DAY)
        return err_set(err, ST_INVALID,
                       "'%.40s' are not hours of a day (21:00-08:00)", text);
    if (h.to == DAY && h.from == 0)
        return err_set(err, ST_INVALID, "'%.40s' leaves no minute of the day",
                       text);
    h.to %= DAY;
    *out = h;
    return ST_OK;
}

enum column { FROM, TO, PROVINCE, KIND, START, END, COLUMNS };
static const char *const names[COLUMNS] = {"from", "to",    "province",
                                           "kind", "start", "end"};

/* Where a row comes from. */
struct place {
    const char *file;
    uint64_t line;
    struct err *err;
};

static enum status fail(const struct place *p, const char *cause,
                        const char *what)
{
    return err_set(p->err, ST_INVALID, "%s:%llu: %s '%.40s'", p->file,
                   (unsigned long long)p->line, cause, what);
}

static enum status read_day(const struct place *p, const char *text, bool last,
                            int32_t *day)
{
    struct err cause;

    if (!*text) {
        *day = last ? INT32_MAX : INT32_MIN;
        return ST_OK;
    }
    if (period_parse_day(text, last, day, &cause) == ST_OK)
        return ST_OK;
    return err_set(p->err, ST_INVALID, "%s:%llu: %s", p->file,
                   (unsigned long long)p->line, cause.text);
}

static enum status read_hours(const struct place *p,
                              const char *const text[COLUMNS], struct row *row)
{
    const char *start = text[START], *end = text[END];

    row->end = DAY;
    if (row->kind == SHIFT) {
        if (*end || !read_time(start, &row->start) || row->start > SHIFT_MAX)
            return fail(p, "a shift needs a start up to 12:00 and no end, not",
                        *end ? end : start);
        return ST_OK;
    }
    if (!*start && !*end)
        return ST_OK;
    if (row->kind == HOLIDAY || row->kind == WORKDAY)
        return fail(p, "holidays and workdays are whole days, without hours:",
                    *start ? start : end);
    if (!read_time(start, &row->start) || row->start == DAY)
        return fail(p, "not a time of the day (21:00):", start);
    if (!read_time(end, &row->end))
        return fail(p, "not a time of the day (08:00):", end);
    if (row->start == row->end)
        return fail(p, "start and end are the same:", start);
    return ST_OK;
}

static enum status read_row(const struct place *p,
                            const char *const text[COLUMNS], struct row *row)
{
    const size_t len = strlen(text[PROVINCE]);
    enum status st = read_day(p, text[FROM], false, &row->from);

    if (st == ST_OK)
        st = read_day(p, text[TO], true, &row->to);
    if (st != ST_OK)
        return st;
    if (row->from > row->to)
        return fail(p, "ends before it begins:", text[TO]);
    if (len > CODE_MAX)
        return fail(p, "longer than 16 bytes:", text[PROVINCE]);
    memcpy(row->province, text[PROVINCE], len + 1);
    while (row->kind < KINDS && !streq(kinds[row->kind], text[KIND]))
        row->kind++;
    if (row->kind == KINDS)
        return fail(
            p, "not holiday, workday, quiet, disaster or shift:", text[KIND]);
    return read_hours(p, text, row);
}

static bool contradict(const struct row *a, const struct row *b)
{
    if (a->from > b->to || b->from > a->to || !streq(a->province, b->province))
        return false;
    return (a->kind == HOLIDAY && b->kind == WORKDAY) ||
           (a->kind == WORKDAY && b->kind == HOLIDAY) ||
           (a->kind == SHIFT && b->kind == SHIFT);
}

static enum status take_row(struct calendar *c, const struct place *p,
                            const struct row *row)
{
    for (size_t i = 0; i < c->count; i++)
        if (contradict(&c->rows[i], row))
            return err_set(
                p->err, ST_INVALID,
                "%s:%llu: %s on a day of line %llu, which says %s", p->file,
                (unsigned long long)p->line, kinds[row->kind],
                (unsigned long long)c->rows[i].line, kinds[c->rows[i].kind]);
    if (c->count == ROWS_MAX)
        return fail(p, "more than 10000 rows at", kinds[row->kind]);
    if (c->count == c->cap) {
        const size_t cap = c->cap ? c->cap * 2 : 64;
        struct row *rows = realloc(c->rows, cap * sizeof *rows);

        if (!rows)
            return ST_NOMEM;
        c->rows = rows;
        c->cap = cap;
    }
    c->rows[c->count++] = *row;
    return ST_OK;
}

static enum status read_rows(struct calendar *c, const char *path,
                             struct csv *csv, struct err *err)
{
    struct place p = {.file = path, .line = 1, .err = err};
    const struct csv_field *fields;
    const char *text[COLUMNS];
    size_t at[COLUMNS];
    enum status st = ST_OK;

    for (size_t i = 0; i < COLUMNS; i++) {
        at[i] = csv_find(csv, names[i]);
        if (at[i] == SIZE_MAX)
            return fail(&p, "no column", names[i]);
    }
    while (st == ST_OK) {
        struct row row = {.kind = HOLIDAY};

        st = csv_next(csv, &fields, err);
        if (st != ST_OK)
            return st == ST_NOTFOUND ? ST_OK : st;
        p.line = row.line = csv_line(csv);
        for (size_t i = 0; i < COLUMNS; i++)
            text[i] = fields[at[i]].text;
        st = read_row(&p, text, &row);
        if (st == ST_OK)
            st = take_row(c, &p, &row);
    }
    return st;
}

enum status calendar_load(const char *path, struct calendar **out,
                          struct err *err)
{
    struct calendar *c = calloc(1, sizeof *c);
    struct csv *csv = NULL;
    enum status st;

    if (!c)
        return ST_NOMEM;
    st = csv_open(path, NULL, &csv, err);
    if (st == ST_OK)
        st = read_rows(c, path, csv, err);
    csv_close(&csv);
    if (st == ST_OK)
        *out = c;
    else
        calendar_free(&c);
    return st;
}

void calendar_free(struct calendar **c)
{
    if (*c)
        free((*c)->rows);
    free(*c);
    *c = NULL;
}

/* ---- a day ---- */

struct day {
    bool quiet[DAY];
};

static bool covers(const struct row *r, const char *province, int32_t day)
{
    return r->from <= day && day <= r->to &&
           (!r->province[0] || streq(r->province, province));
}

static void silence(struct day *d, int from, int to)
{
    for (int m = from; m < to; m++)
        d->quiet[m] = true;
}

/* Minutes behind Beijing; a province's own row goes before one for all. */
static int shift_of(const struct calendar *c, const char *province, int32_t day)
{
    int shift = 0;

    for (size_t i = 0; i < c->count; i++) {
        const struct row *r = &c->rows[i];

        if (r->kind != SHIFT || !covers(r, province, day))
            continue;
        shift = r->start;
        if (r->province[0])
            break;
    }
    return shift;
}

static void lay_out(const struct calendar *c, struct quiet_hours hours,
                    const char *province, int32_t day, struct day *d)
{
    const int shift = shift_of(c, province, day);
    const int from = (hours.from + shift) % DAY, to = (hours.to + shift) % DAY;

    *d = (struct day){.quiet = {false}};
    silence(d, from, from > to ? DAY : to);
    if (from > to)
        silence(d, 0, to);
    for (size_t i = 0; i < c->count; i++) {
        const struct row *r = &c->rows[i];
        const bool wraps = r->start > r->end;

        if (r->kind != QUIET && r->kind != DISASTER)
            continue;
        if (covers(r, province, day))
            silence(d, r->start, wraps ? DAY : r->end);
        if (wraps && covers(r, province, day - 1))
            silence(d, 0, r->end);
    }
}

/* Days whose neighbours can be counted too; moments beyond have no calendar. */
static bool within(int32_t day)
{
    return day > INT32_MIN + COUNT_DAYS && day < INT32_MAX - COUNT_DAYS;
}

int64_t calendar_next(const struct calendar *c, struct quiet_hours hours,
                      const char *province, int64_t at)
{
    const int32_t first = period_day(at);
    struct day d;

    if (!within(first))
        return INT64_MAX;
    for (int32_t day = first; day <= first + SEARCH_DAYS; day++) {
        const int64_t start = period_start(day);
        int m = day == first ? (int)((at - start) / MINUTE_MS) : 0;

        lay_out(c, hours, province, day, &d);
        while (m < DAY && d.quiet[m])
            m++;
        if (m < DAY && start + m * MINUTE_MS <= at)
            return at;
        if (m < DAY)
            return start + m * MINUTE_MS;
    }
    return INT64_MAX;
}

/* How much of from..to lies in the minute that begins at `minute`. */
static int64_t share(int64_t minute, int64_t from, int64_t to)
{
    const int64_t begin = minute > from ? minute : from;
    const int64_t end = minute + MINUTE_MS < to ? minute + MINUTE_MS : to;

    return end > begin ? end - begin : 0;
}

int64_t calendar_minutes(const struct calendar *c, struct quiet_hours hours,
                         const char *province, int64_t from, int64_t to)
{
    const int32_t first = period_day(from);
    int32_t last = period_day(to);
    int64_t ms = 0;
    struct day d;

    if (from >= to || !within(first))
        return 0;
    if (last >= first + COUNT_DAYS)
        last = first + COUNT_DAYS - 1;
    for (int32_t day = first; day <= last; day++) {
        lay_out(c, hours, province, day, &d);
        for (int m = 0; m < DAY; m++)
            if (!d.quiet[m])
                ms += share(period_start(day) + m * MINUTE_MS, from, to);
    }
    return ms / MINUTE_MS;
}

bool calendar_workday(const struct calendar *c, const char *province,
                      int64_t at)
{
    const int32_t day = period_day(at);
    const struct row *found = NULL;

    for (size_t i = 0; i < c->count; i++) {
        const struct row *r = &c->rows[i];

        if ((r->kind == HOLIDAY || r->kind == WORKDAY) &&
            covers(r, province, day) && (!found || r->province[0]))
            found = r;
    }
    if (found)
        return found->kind == WORKDAY;
    /* 1970-01-01 was a Thursday */
    return (((int64_t)day + 3) % 7 + 7) % 7 < 5;
}
