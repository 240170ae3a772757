/* indicators.c - see indicators.h: reading. */
#include "indicators.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surveys/csv.h"
#include "surveys/period.h"

enum {
    PERIOD,
    SUBJECT,
    NAME,
    NUMERATOR,
    DENOMINATOR,
    SOURCE,
    VERSION,
    COLUMNS
};
static const char *const titles[COLUMNS] = {
    "period",      "subject", "indicator", "numerator",
    "denominator", "source",  "version"};

struct reading {
    const char *path;
    struct csv *csv;
    size_t column[COLUMNS];
    struct indicators list;
    size_t cap;
    struct err *err;
};

/* ---- one line ---- */

static enum status refuse(const struct reading *r, const char *column,
                          const char *text, const char *cause)
{
    return err_set(r->err, ST_INVALID, "%s:%llu: %s: '%.60s' %s", r->path,
                   (unsigned long long)csv_line(r->csv), column, text, cause);
}

static bool add_dimension(struct subject *s, const char *text, size_t name,
                          size_t len)
{
    enum dimension d = DIM_PERIOD;
    size_t at = s->count;

    if (!dimension_find(text, name, &d) || d == DIM_PERIOD || len <= name + 1 ||
        len - name - 1 > CODE_MAX || s->count == SUBJECT_MAX ||
        subject_code(s, d))
        return false;
    while (at > 0 && s->dimension[at - 1] > d) {
        s->dimension[at] = s->dimension[at - 1];
        memcpy(s->code[at], s->code[at - 1], sizeof s->code[0]);
        at--;
    }
    s->dimension[at] = d;
    memset(s->code[at], 0, sizeof s->code[0]);
    memcpy(s->code[at], text + name + 1, len - name - 1);
    s->count++;
    return true;
}

static bool read_subject(const char *text, struct subject *out)
{
    while (*text) {
        const size_t len = strcspn(text, ";");
        const size_t name = strcspn(text, "=");

        if (name >= len || !add_dimension(out, text, name, len))
            return false;
        text += len + (text[len] == ';');
    }
    return true;
}

static bool read_number(const char *text, double *out)
{
    char *end;

    *out = strtod(text, &end);
    return end != text && !*end && isfinite(*out) && *out >= 0;
}

static bool read_version(const char *text, int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    return end != text && !*end && errno == 0 && *out >= 1;
}

static bool read_name(const char *text, char out[INDICATOR_MAX + 1])
{
    const size_t len = strlen(text);

    snprintf(out, INDICATOR_MAX + 1, "%s", text);
    return len > 0 && len <= INDICATOR_MAX &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static enum status read_line(const struct reading *r, const struct csv_field *f,
                             struct indicator *out)
{
    const char *text[COLUMNS];
    int32_t day = 0;

    for (size_t i = 0; i < COLUMNS; i++)
        text[i] = f[r->column[i]].text;
    memset(out, 0, sizeof *out);
    out->line = csv_line(r->csv);
    if (period_parse_day(text[PERIOD], false, &day, NULL) != ST_OK ||
        strlen(text[PERIOD]) != 7)
        return refuse(r, "period", text[PERIOD], "is no month (2026-10)");
    out->month = period_month(day);
    if (!read_subject(text[SUBJECT], &out->subject))
        return refuse(r, "subject", text[SUBJECT],
                      "is not DIMENSION=CODE, parted by semicolons");
    if (!read_name(text[NAME], out->name))
        return refuse(r, "indicator", text[NAME],
                      "is no name of small letters, digits and _");
    if (!read_number(text[NUMERATOR], &out->numerator))
        return refuse(r, "numerator", text[NUMERATOR], "is no number from 0");
    if (!read_number(text[DENOMINATOR], &out->denominator))
        return refuse(r, "denominator", text[DENOMINATOR],
                      "is no number from 0");
    if (indicator_kind(out->name)->share && out->numerator > out->denominator)
        return refuse(r, "numerator", text[NUMERATOR],
                      "is more than its denominator");
    if (!read_version(text[VERSION], &out->version))
        return refuse(r, "version", text[VERSION], "is no whole number from 1");
    if (f[r->column[SOURCE]].len > SOURCE_MAX)
        return refuse(r, "source", text[SOURCE], "is too long");
    snprintf(out->source, sizeof out->source, "%s", text[SOURCE]);
    return ST_OK;
}

/* ---- order ---- */

int subject_compare(const struct subject *a, const struct subject *b)
{
    int c = (a->count > b->count) - (a->count < b->count);

    for (size_t i = 0; i < a->count && !c; i++) {
        c = (a->dimension[i] > b->dimension[i]) -
            (a->dimension[i] < b->dimension[i]);
        if (!c)
            c = strcmp(a->code[i], b->code[i]);
    }
    return c;
}

const char *subject_code(const struct subject *s, enum dimension d)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->dimension[i] == d)
            return s->code[i];
    return NULL;
}

/* Versions of one thing are neighbours. */
static int same_thing(const struct indicator *a, const struct indicator *b)
{
    int c = (a->month > b->month) - (a->month < b->month);

    if (!c)
        c = subject_compare(&a->subject, &b->subject);
    return c ? c : strcmp(a->name, b->name);
}

static int by_thing(const void *x, const void *y)
{
    const struct indicator *a = x, *b = y;
    const int c = same_thing(a, b);

    return c ? c : (a->version > b->version) - (a->version < b->version);
}

bool indicators_counts(const struct indicators *l, size_t i, int64_t version)
{
    return l->list[i].version <= version &&
           (i + 1 == l->count || l->list[i + 1].version > version ||
            same_thing(&l->list[i], &l->list[i + 1]) != 0);
}

static enum status check_versions(const struct reading *r)
{
    const struct indicators *l = &r->list;

    for (size_t i = 1; i < l->count; i++) {
        const struct indicator *a = &l->list[i - 1], *b = &l->list[i];

        if (by_thing(a, b) == 0) {
            char month[PERIOD_TEXT];

            period_format_month(b->month, month);
            return err_set(
                r->err, ST_INVALID,
                "%s:%llu: %s of %s is told again in version %lld "
                "for one subject",
                r->path,
                (unsigned long long)(a->line > b->line ? a->line : b->line),
                b->name, month, (long long)b->version);
        }
    }
    return ST_OK;
}

/* ---- the file ---- */

static enum status find_columns(struct reading *r)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        r->column[i] = csv_find(r->csv, titles[i]);
        if (r->column[i] == SIZE_MAX)
            return err_set(r->err, ST_INVALID, "%s:1: no column '%s'", r->path,
                           titles[i]);
    }
    return ST_OK;
}

static enum status room(struct reading *r)
{
    const size_t cap = r->cap ? 2 * r->cap : 64;
    struct indicator *more;

    if (r->list.count == INDICATORS_MAX)
        return err_set(r->err, ST_RANGE, "%s: over %d lines", r->path,
                       INDICATORS_MAX);
    if (r->list.count < r->cap)
        return ST_OK;
    more = realloc(r->list.list, cap * sizeof *more);
    if (!more)
        return ST_NOMEM;
    r->list.list = more;
    r->cap = cap;
    return ST_OK;
}

static enum status read_lines(struct reading *r)
{
    for (;;) {
        const struct csv_field *fields;
        enum status st = csv_next(r->csv, &fields, r->err);

        if (st == ST_NOTFOUND)
            break;
        if (st == ST_OK)
            st = room(r);
        if (st == ST_OK)
            st = read_line(r, fields, &r->list.list[r->list.count]);
        if (st != ST_OK)
            return st;
        r->list.count++;
    }
    if (r->list.count)
        qsort(r->list.list, r->list.count, sizeof *r->list.list, by_thing);
    return check_versions(r);
}

enum status indicators_read(const char *path, struct indicators *out,
                            struct err *err)
{
    struct reading r = {.path = path, .err = err};
    enum status st = csv_open(path, NULL, &r.csv, err);

    if (st == ST_OK)
        st = find_columns(&r);
    if (st == ST_OK)
        st = read_lines(&r);
    csv_close(&r.csv);
    if (st == ST_OK)
        *out = r.list;
    else
        indicators_free(&r.list);
    return st;
}

void indicators_free(struct indicators *l)
{
    free(l->list);
    *l = (struct indicators){0};
}
