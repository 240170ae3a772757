/* outcomes.c - see outcomes.h. */
#include "outcomes.h"

#include <stdlib.h>

#include "surveys/csv.h"
#include "surveys/period.h"

static const char *const names[OUTCOMES] = {"stayed", "left", "ported",
                                            "downgraded"};

struct reading {
    const char *path;
    struct csv *csv;
    size_t key, outcome, date; /* columns; date: SIZE_MAX, none */
    size_t cap;
    struct outcomes *out;
    struct err *err;
};

static enum status find_columns(struct reading *r)
{
    const size_t id = csv_find(r->csv, "id");
    const size_t respondent = csv_find(r->csv, "respondent");

    r->outcome = csv_find(r->csv, "outcome");
    r->date = csv_find(r->csv, "date");
    r->date = csv_find(r->csv, "date");
    r->out->by_id = id != SIZE_MAX;
    r->key = r->out->by_id ? id : respondent;
    if ((id == SIZE_MAX) == (respondent == SIZE_MAX))
        return err_set(r->err, ST_INVALID,
                       "%s:1: one column 'respondent' or 'id' is wanted",
                       r->path);
    if (r->outcome == SIZE_MAX)
        return err_set(r->err, ST_INVALID, "%s:1: no column 'outcome'",
                       r->path);
    return ST_OK;
}

/* ---- one line ---- */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 32 hexadecimal digits; a UUID's hyphens are passed over. */
static bool read_key(const char *text, uint8_t out[ID_SIZE])
{
    size_t n = 0;

    memset(out, 0, ID_SIZE);
    for (; *text; text++) {
        const int digit = digit_of(*text);

        if (*text == '-' && n && n % 4 == 0 && text[1] != '-' && text[1])
            continue;
        if (digit < 0 || n == 2 * ID_SIZE)
            return false;
        out[n / 2] = (uint8_t)(out[n / 2] << 4 | digit);
        n++;
    }
    return n == 2 * ID_SIZE;
}

static enum status read_date(const struct reading *r, const char *text,
                             int32_t *month)
{
    struct err cause = {""};
    int32_t day = 0;

    *month = 0;
    if (!*text)
        return ST_OK;
    if (period_parse_day(text, false, &day, &cause) != ST_OK)
        return err_set(r->err, ST_INVALID, "%s:%llu: %s", r->path,
                       (unsigned long long)csv_line(r->csv), cause.text);
    *month = period_month(day);
    return ST_OK;
}

static enum status read_line(const struct reading *r,
                             const struct csv_field *fields,
                             struct outcome_line *out)
{
    const unsigned long long line = (unsigned long long)csv_line(r->csv);
    const char *word = fields[r->outcome].text;

    *out = (struct outcome_line){.line = (uint32_t)line};
    if (!read_key(fields[r->key].text, out->key))
        return err_set(r->err, ST_INVALID,
                       "%s:%llu: '%.40s' is not 32 hexadecimal digits", r->path,
                       line, fields[r->key].text);
    while (out->outcome < OUTCOMES && !streq(names[out->outcome], word))
        out->outcome++;
    if (out->outcome == OUTCOMES)
        return err_set(r->err, ST_INVALID,
                       "%s:%llu: outcome '%.40s' is none of stayed, left, "
                       "ported, downgraded",
                       r->path, line, word);
    return r->date == SIZE_MAX
               ? ST_OK
               : read_date(r, fields[r->date].text, &out->month);
}

/* ---- the file ---- */

static enum status room(struct reading *r)
{
    const size_t cap = r->cap ? 2 * r->cap : 256;
    struct outcome_line *more;

    if (r->out->count < r->cap)
        return ST_OK;
    if (r->out->count >= OUTCOMES_MAX)
        return err_set(r->err, ST_RANGE, "%s: over %d outcomes", r->path,
                       OUTCOMES_MAX);
    more = realloc(r->out->line, cap * sizeof *more);
    if (!more)
        return ST_NOMEM;
    r->out->line = more;
    r->cap = cap;
    return ST_OK;
}

static enum status read_lines(struct reading *r)
{
    for (;;) {
        const struct csv_field *fields;
        enum status st = csv_next(r->csv, &fields, r->err);

        if (st == ST_NOTFOUND)
            return ST_OK;
        if (st == ST_OK)
            st = room(r);
        if (st == ST_OK)
            st = read_line(r, fields, &r->out->line[r->out->count]);
        if (st != ST_OK)
            return st;
        r->out->count++;
    }
}

static int by_key(const void *a, const void *b)
{
    const struct outcome_line *x = a, *y = b;
    const int c = memcmp(x->key, y->key, ID_SIZE);

    return c ? c : (x->line > y->line) - (x->line < y->line);
}

static enum status sort(struct reading *r)
{
    struct outcomes *o = r->out;

    if (!o->count)
        return err_set(r->err, ST_INVALID, "%s: tells of nobody", r->path);
    qsort(o->line, o->count, sizeof *o->line, by_key);
    for (size_t i = 1; i < o->count; i++)
        if (memcmp(o->line[i].key, o->line[i - 1].key, ID_SIZE) == 0)
            return err_set(r->err, ST_INVALID, "%s:%u: told already on line %u",
                           r->path, (unsigned)o->line[i].line,
                           (unsigned)o->line[i - 1].line);
    return ST_OK;
}

enum status outcomes_read(const char *path, struct outcomes *out,
                          struct err *err)
{
    struct outcomes o = {.line = NULL};
    struct reading r = {.path = path, .out = &o, .err = err};
    enum status st = csv_open(path, NULL, &r.csv, err);

    if (st == ST_OK)
        st = find_columns(&r);
    if (st == ST_OK)
        st = read_lines(&r);
    if (st == ST_OK)
        st = sort(&r);
    csv_close(&r.csv);
    if (st == ST_OK)
        *out = o;
    else
        outcomes_free(&o);
    return st;
}

void outcomes_free(struct outcomes *o)
{
    free(o->line);
    *o = (struct outcomes){.line = NULL};
}

static int is_key(const void *key, const void *line)
{
    const struct outcome_line *l = line;

    return memcmp(key, l->key, ID_SIZE);
}

const struct outcome_line *outcomes_of(struct outcomes *o,
                                       const struct answer *a)
{
    struct outcome_line *l = bsearch(o->by_id ? a->id : a->respondent, o->line,
                                     o->count, sizeof *o->line, is_key);

    if (l)
        l->met = true;
    return l;
}
