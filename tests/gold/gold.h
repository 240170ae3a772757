/* gold.h - reading the reference results, and the model they are of.
 *
 * tests/gold/data/README.md says where each file comes from.
 */
#ifndef TESTS_GOLD_H
#define TESTS_GOLD_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scorer/moments.h"
#include "scorer/pls.h"

/* |got - want| <= tolerance, with both in the message. */
#define assert_near(got, want, tolerance)                                      \
    assert_near_at((got), (want), (tolerance), #got, __FILE__, __LINE__)

static inline void assert_near_at(double got, double want, double tolerance,
                                  const char *what, const char *file, int line)
{
    if (fabs(got - want) <= tolerance || (isnan(got) && isnan(want)))
        return;
    print_error("%s: got %.17g, want %.17g, differ by %.3g\n", what, got, want,
                got - want);
    _fail(file, line);
}

/* A CSV file without quotes. */
struct gold {
    char *text;
    size_t columns, rows;
    char **cell; /* rows x columns, behind the header of `columns` */
};

static inline struct gold gold_read(const char *name)
{
    const char *root = getenv("ROOT");
    char path[1000];
    struct gold g = {NULL};
    size_t n = 0, size = 0;
    FILE *in;

    (void)snprintf(path, sizeof path, "%s/tests/gold/data/%s",
                   root ? root : ".", name);
    in = fopen(path, "r");
    if (!in)
        print_error("%s: cannot be opened\n", path);
    assert_non_null(in);
    (void)fseek(in, 0, SEEK_END);
    size = (size_t)ftell(in);
    rewind(in);
    g.text = malloc(size + 1);
    assert_non_null(g.text);
    assert_int_equal(fread(g.text, 1, size, in), size);
    g.text[size] = '\0';
    (void)fclose(in);
    for (size_t i = 0; i < size; i++)
        n += g.text[i] == ',' || g.text[i] == '\n';
    g.cell = calloc(n + 2, sizeof *g.cell);
    assert_non_null(g.cell);
    n = 0;
    for (char *at = g.text; *at;) {
        const size_t len = strcspn(at, ",\r\n");
        const char end = at[len];

        g.cell[n++] = at;
        at[len] = '\0';
        at += len + (end != '\0');
        while (end == '\r' && *at == '\n')
            at++;
        if (end != ',' && g.columns == 0)
            g.columns = n;
    }
    g.rows = n / g.columns - 1;
    assert_int_equal(n, (g.rows + 1) * g.columns);
    return g;
}

static inline void gold_free(struct gold *g)
{
    free(g->cell);
    free(g->text);
    *g = (struct gold){NULL};
}

static inline size_t gold_column(const struct gold *g, const char *name)
{
    for (size_t c = 0; c < g->columns; c++)
        if (streq(g->cell[c], name))
            return c;
    print_error("no column %s\n", name);
    fail();
    return 0;
}

static inline const char *gold_text(const struct gold *g, size_t row, size_t c)
{
    return g->cell[(row + 1) * g->columns + c];
}

/* NaN for NA and for nothing. */
static inline double gold_number(const struct gold *g, size_t row, size_t c)
{
    const char *text = gold_text(g, row, c);

    return *text == '\0' || streq(text, "NA") ? NAN : strtod(text, NULL);
}

/* The number in the column of the row whose first column says `key`. */
static inline double gold_of(const struct gold *g, const char *key,
                             const char *column)
{
    for (size_t r = 0; r < g->rows; r++)
        if (streq(gold_text(g, r, 0), key))
            return gold_number(g, r, gold_column(g, column));
    print_error("no row %s\n", key);
    fail();
    return NAN;
}

/* The European satisfaction model on mobile operators: Tenenhaus et al. 2005,
 * figure 2. */
struct ecsi {
    struct item item[24];
    struct construct construct[7];
    size_t number[24];
    bool path[7 * 7];
    struct survey survey;
    struct pls_model model;
};

enum { IMAGE, EXPECTATION, QUALITY, VALUE, SATISFACTION, COMPLAINTS, LOYALTY };

static const char *const ecsi_names[7] = {
    "Image",        "Expectation", "Quality", "Value",
    "Satisfaction", "Complaints",  "Loyalty"};

static const size_t ecsi_arrows[12][2] = {
    {IMAGE, EXPECTATION},    {IMAGE, SATISFACTION},
    {IMAGE, LOYALTY},        {EXPECTATION, QUALITY},
    {EXPECTATION, VALUE},    {EXPECTATION, SATISFACTION},
    {QUALITY, VALUE},        {QUALITY, SATISFACTION},
    {VALUE, SATISFACTION},   {SATISFACTION, COMPLAINTS},
    {SATISFACTION, LOYALTY}, {COMPLAINTS, LOYALTY}};

static inline void ecsi_make(struct ecsi *e, enum inner_scheme scheme,
                             enum construct_mode mode)
{
    static const char *const stem[7] = {"IMAG", "CUEX",  "PERQ", "PERV",
                                        "CUSA", "CUSCO", "CUSL"};
    static const size_t count[7] = {5, 3, 7, 2, 3, 1, 3};
    size_t n = 0;

    memset(e, 0, sizeof *e);
    for (size_t c = 0; c < 7; c++) {
        e->construct[c].mode = mode;
        e->construct[c].items = count[c];
        e->construct[c].item = &e->number[n];
        (void)snprintf(e->construct[c].code, sizeof e->construct[c].code, "%s",
                       ecsi_names[c]);
        for (size_t i = 0; i < count[c]; i++, n++) {
            struct item *it = &e->item[n];

            if (count[c] == 1)
                (void)snprintf(it->code, sizeof it->code, "%s", stem[c]);
            else
                (void)snprintf(it->code, sizeof it->code, "%s%u", stem[c],
                               (unsigned)i + 1);
            it->min = 1;
            it->max = 10;
            e->number[n] = n;
        }
    }
    for (size_t a = 0; a < 12; a++)
        e->path[ecsi_arrows[a][1] * 7 + ecsi_arrows[a][0]] = true;
    e->survey.items = 24;
    e->survey.item = e->item;
    e->survey.model.scheme = scheme;
    e->survey.model.constructs = 7;
    e->survey.model.construct = e->construct;
    e->survey.model.path = e->path;
    e->survey.model.index = SATISFACTION;
    pls_model_of(&e->survey, &e->model);
}

/* The answers of a file to the model's items, row-major, 0 = missing; caller
 * frees. */
static inline uint8_t *ecsi_answers(const struct ecsi *e, const char *name,
                                    size_t *rows)
{
    struct gold g = gold_read(name);
    uint8_t *x = malloc(g.rows * 24);

    assert_non_null(x);
    for (size_t i = 0; i < 24; i++) {
        const size_t c = gold_column(&g, e->item[i].code);

        for (size_t r = 0; r < g.rows; r++)
            x[r * 24 + i] = (uint8_t)strtoul(gold_text(&g, r, c), NULL, 10);
    }
    *rows = g.rows;
    gold_free(&g);
    return x;
}

/* Moments of the rows; with `complete` only of those that lack nothing. */
static inline struct moments *ecsi_moments(const uint8_t *x, size_t rows,
                                           bool complete)
{
    struct moments *m = NULL;

    assert_int_equal(moments_new(24, true, &m), ST_OK);
    for (size_t r = 0; r < rows; r++)
        if (!complete || !memchr(x + r * 24, 0, 24))
            assert_int_equal(moments_add(m, x + r * 24, 24, 1), ST_OK);
    return m;
}

static inline void ecsi_fit(const struct ecsi *e, const struct moments *m,
                            enum missing_policy policy, struct pls_fit *fit)
{
    double mean[24], cov[24 * 24];
    struct err err = {""};
    enum status st = moments_covariance(m, policy, pls_item_code, &e->model,
                                        mean, cov, &err);

    if (st == ST_OK)
        st = pls_estimate(&e->model, m->rows, mean, cov, NULL, fit, &err);
    if (st != ST_OK)
        print_error("%s\n", err.text);
    assert_int_equal(st, ST_OK);
}

#endif
