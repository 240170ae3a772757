/* raking.c - see scorer/people.h: the margins of a population, and where each
 * unit of a sample stands in them. */
#include <stdlib.h>
#include <string.h>

#include "raking_handle.h"

#define SAME_TOTAL 1e-9 /* totals of two margins, told with few digits */

struct making {
    struct raking *r;
    const struct population_part *part;
    const struct people_units *units;
    struct err *err;
};

void raking_free(struct raking **r)
{
    if (!*r)
        return;
    free((*r)->row);
    free((*r)->people);
    free((*r)->of);
    free(*r);
    *r = NULL;
}

size_t raking_margins(const struct raking *r)
{
    return r->margins;
}

size_t raking_categories(const struct raking *r)
{
    return r->categories;
}

/* ---- words ---- */

void margin_words(const struct raking *r, const struct margin *m,
                  const char *const *code, char out[WORDS_MAX])
{
    size_t len = 0;

    *out = '\0';
    for (size_t i = 0; i < r->population->columns; i++)
        if (m->columns & 1u << i && len < WORDS_MAX)
            len += (size_t)snprintf(out + len, WORDS_MAX - len, "%s%s '%s'",
                                    len ? ", " : "", r->population->column[i],
                                    code[i]);
}

void margin_name(const struct population *p, const struct margin *m,
                 char out[RAKING_NAME_MAX])
{
    size_t len = 0;

    *out = '\0';
    for (size_t i = 0; i < p->columns; i++)
        if (m->columns & 1u << i && len < RAKING_NAME_MAX)
            len += (size_t)snprintf(out + len, RAKING_NAME_MAX - len, "%s%s",
                                    len ? "*" : "", p->column[i]);
}

void raking_name(const struct raking *r, char out[RAKING_NAME_MAX])
{
    size_t len =
        (size_t)snprintf(out, RAKING_NAME_MAX, "%s ",
                         r->margins == 1 ? "post-stratified" : "raked");

    for (size_t i = 0; i < r->margins && len < RAKING_NAME_MAX; i++) {
        char name[RAKING_NAME_MAX];

        margin_name(r->population, &r->margin[i], name);
        len += (size_t)snprintf(out + len, RAKING_NAME_MAX - len, "%s%s",
                                i ? "+" : "", name);
    }
}

/* ---- margins ---- */

static bool skipped(const struct making *k, size_t row)
{
    return k->part && k->part->skip && k->part->skip[row];
}

static uint32_t filled(const struct making *k, const struct population_row *row)
{
    uint32_t columns = 0;

    for (size_t i = 0; i < k->r->population->columns; i++)
        if (row->code[i][0] &&
            !(k->part && k->part->apart && k->part->apart[i]))
            columns |= 1u << i;
    return columns;
}

/* In the order in which the file first tells of them. */
static enum status find_margins(const struct making *k)
{
    struct raking *r = k->r;
    const struct population *p = r->population;

    for (size_t i = 0; i < p->rows; i++) {
        const uint32_t columns = filled(k, &p->row[i]);
        size_t m = 0;

        if (skipped(k, i))
            continue;
        if (!columns)
            return err_set(k->err, ST_INVALID,
                           "%s:%llu: no dimension is filled", p->path,
                           (unsigned long long)p->row[i].line);
        while (m < r->margins && r->margin[m].columns != columns)
            m++;
        if (m == MARGINS_MAX)
            return err_set(k->err, ST_RANGE, "%s: over %d margins", p->path,
                           MARGINS_MAX);
        if (m == r->margins)
            r->margin[r->margins++].columns = columns;
        r->margin[m].categories++;
        r->categories++;
    }
    return r->margins
               ? ST_OK
               : err_set(k->err, ST_INVALID, "%s: no population", p->path);
}

struct order {
    size_t columns;
    uint32_t mask;
};

static int compare(const char *const *a, const char *const *b,
                   const struct order *o)
{
    for (size_t i = 0; i < o->columns; i++) {
        const int c = o->mask & 1u << i ? strcmp(a[i], b[i]) : 0;

        if (c)
            return c;
    }
    return 0;
}

static int by_code(const void *a, const void *b, void *ctx)
{
    const struct population_row *x = *(const struct population_row *const *)a;
    const struct population_row *y = *(const struct population_row *const *)b;
    const int c = compare(x->code, y->code, ctx);

    return c ? c : (x->line > y->line) - (x->line < y->line);
}

/* The categories of a margin from r->row[first] on, in the order of their
 * codes, each but once. */
static enum status fill_margin(const struct making *k, struct margin *m)
{
    struct raking *r = k->r;
    const struct population *p = r->population;
    struct order o = {p->columns, m->columns};
    const struct population_row **row = r->row + m->first;
    size_t n = 0;

    for (size_t i = 0; i < p->rows; i++)
        if (!skipped(k, i) && filled(k, &p->row[i]) == m->columns)
            row[n++] = &p->row[i];
    qsort_r(row, n, sizeof(const struct population_row *), by_code, &o);
    for (size_t i = 0; i < n; i++) {
        char words[WORDS_MAX];

        r->people[m->first + i] = row[i]->people;
        m->people += row[i]->people;
        if (!i || compare(row[i - 1]->code, row[i]->code, &o))
            continue;
        margin_words(r, m, row[i]->code, words);
        return err_set(k->err, ST_INVALID, "%s:%llu: %s: told in line %llu",
                       p->path, (unsigned long long)row[i]->line, words,
                       (unsigned long long)row[i - 1]->line);
    }
    return ST_OK;
}

/* They tell of the same people; told with few digits, they are made to. */
static enum status match_totals(const struct making *k)
{
    struct raking *r = k->r;
    const struct margin *one = &r->margin[0];

    for (size_t i = 0; i < r->margins; i++) {
        struct margin *m = &r->margin[i];
        char first[RAKING_NAME_MAX], name[RAKING_NAME_MAX];

        margin_name(r->population, one, first);
        margin_name(r->population, m, name);
        if (!(m->people > 0) || !isfinite(m->people))
            return err_set(k->err, ST_INVALID, "%s: %s: no people",
                           r->population->path, name);
        if (fabs(m->people - one->people) > SAME_TOTAL * one->people)
            return err_set(k->err, ST_INVALID,
                           "%s: a margin that does not match: %s has %.15g "
                           "people, %s has %.15g",
                           r->population->path, first, one->people, name,
                           m->people);
        for (size_t c = m->first; c < m->first + m->categories; c++)
            r->people[c] *= one->people / m->people;
    }
    return ST_OK;
}

static enum status fill_margins(const struct making *k)
{
    struct raking *r = k->r;
    size_t first = 0;
    enum status st = ST_OK;

    r->row = malloc(r->categories * sizeof(const struct population_row *));
    r->people = malloc(r->categories * sizeof *r->people);
    if (!r->row || !r->people)
        return ST_NOMEM;
    for (size_t i = 0; i < r->margins && st == ST_OK; i++) {
        r->margin[i].first = first;
        first += r->margin[i].categories;
        st = fill_margin(k, &r->margin[i]);
    }
    return st == ST_OK ? match_totals(k) : st;
}

/* ---- units ---- */

/* The category of codes, or SIZE_MAX. */
static size_t find(const struct raking *r, const struct margin *m,
                   const char *const *code)
{
    const struct order o = {r->population->columns, m->columns};
    size_t low = m->first, high = m->first + m->categories;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int c = compare(code, r->row[middle]->code, &o);

        if (c == 0)
            return middle;
        if (c < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SIZE_MAX;
}

static enum status place_units(const struct making *k)
{
    struct raking *r = k->r;
    const struct population *p = r->population;

    r->of = malloc((r->margins * r->units + 1) * sizeof *r->of);
    if (!r->of)
        return ST_NOMEM;
    for (size_t i = 0; i < r->margins * r->units; i++) {
        const struct margin *m = &r->margin[i / r->units];
        const char *const *code = k->units->code + i % r->units * p->columns;
        const size_t c = find(r, m, code);
        char words[WORDS_MAX];

        if (c == SIZE_MAX || !(r->people[c] > 0)) {
            margin_words(r, m, code, words);
            return err_set(k->err, ST_INVALID,
                           "%s: %s is in the sample and has no population",
                           p->path, words);
        }
        r->of[i] = (uint32_t)c;
    }
    return ST_OK;
}

enum status raking_new(const struct population *p,
                       const struct population_part *part,
                       const struct people_units *u, struct raking **out,
                       struct err *err)
{
    struct making k = {calloc(1, sizeof *k.r), part, u, err};
    enum status st;

    if (!k.r)
        return ST_NOMEM;
    k.r->population = p;
    k.r->units = u->count;
    st = find_margins(&k);
    if (st == ST_OK)
        st = fill_margins(&k);
    if (st == ST_OK)
        st = place_units(&k);
    if (st == ST_OK)
        *out = k.r;
    else
        raking_free(&k.r);
    return st;
}
