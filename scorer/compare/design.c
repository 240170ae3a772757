/* design.c - see design.h. */
#include "design.h"

#include <math.h>
#include <stdlib.h>

#include "views.h"

static enum status take_rows(struct design *d, const struct set *set)
{
    const size_t room = set->count + 1, factors = d->factors + 1;

    d->row = malloc(room * sizeof *d->row);
    d->cell = malloc(room * sizeof *d->cell);
    d->cell_of = malloc(room * sizeof *d->cell_of);
    d->code_of = malloc(room * factors * sizeof *d->code_of);
    d->code = malloc(room * factors * sizeof *d->code);
    d->factor_of = malloc(room * factors * sizeof *d->factor_of);
    d->value = malloc(room * sizeof *d->value);
    d->weight = malloc(room * sizeof *d->weight);
    if (!d->row || !d->cell || !d->cell_of || !d->code_of || !d->code ||
        !d->factor_of || !d->value || !d->weight)
        return ST_NOMEM;
    for (size_t i = 0; i < set->count; i++)
        if (set->member[i]->weight > 0 && !isnan(set->member[i]->index))
            d->row[d->rows++] = set->member[i];
    return ST_OK;
}

/* The set is in the order of its codes, so a cell's rows are neighbours. */
static void find_cells(struct design *d)
{
    struct within *w = &d->within;

    for (size_t r = 0; r < d->rows; r++) {
        if (r == 0 || codes_compare(d->row[r]->cell + d->by,
                                    d->row[r - 1]->cell + d->by, d->absorbed))
            d->cell[w->cells++] = d->row[r];
        d->cell_of[r] = w->cells - 1;
    }
}

size_t design_code(const struct design *d, size_t factor, const char *code)
{
    for (size_t c = 0; c < d->within.codes; c++)
        if (d->factor_of[c] == factor && streq(d->code[c], code))
            return c;
    return SIZE_MAX;
}

static const char *code_in(const struct design *d, size_t row, size_t factor)
{
    return d->row[row]->cell[d->by + d->absorbed + factor];
}

static void find_codes(struct design *d, size_t factor, const char *reference)
{
    struct within *w = &d->within;

    for (size_t r = 0; r < d->rows; r++) {
        const char *code = code_in(d, r, factor);
        size_t c = WITHIN_NONE;

        if (!streq(code, reference)) {
            c = design_code(d, factor, code);
            if (c == SIZE_MAX) {
                c = w->codes++;
                d->code[c] = code;
                d->factor_of[c] = factor;
            }
        }
        d->code_of[r * d->factors + factor] = c;
    }
}

static bool has_code(const struct design *d, size_t factor, const char *code)
{
    for (size_t r = 0; r < d->rows; r++)
        if (streq(code_in(d, r, factor), code))
            return true;
    return false;
}

static enum status find_factor(struct design *d, size_t factor, struct err *err)
{
    const char *name = dimension_name(d->factor[factor]);
    const char *reference = d->reference ? d->reference : code_in(d, 0, factor);
    const size_t before = d->within.codes;

    if (!has_code(d, factor, reference))
        return err_set(err, ST_NUMERIC, "%s=%s: no answers", name, reference);
    find_codes(d, factor, reference);
    if (d->within.codes > before || d->reference)
        return ST_OK;
    return err_set(err, ST_NUMERIC, "%s: %s", name,
                   *reference ? "the same in all answers"
                              : "no answer has one");
}

static enum status prepare(struct design *d, const struct set *set,
                           struct err *err)
{
    enum status st = take_rows(d, set);

    if (st == ST_OK && d->rows == 0)
        return err_set(err, ST_NUMERIC, "no cell has an index");
    if (st != ST_OK)
        return st;
    find_cells(d);
    for (size_t f = 0; f < d->factors && st == ST_OK; f++)
        st = find_factor(d, f, err);
    d->within.rows = d->rows;
    d->within.factors = d->factors;
    d->within.cell = d->cell_of;
    d->within.code = d->code_of;
    if (st == ST_OK)
        st = within_begin(&d->within);
    return st == ST_RANGE
               ? err_set(err, ST_RANGE, "over %d codes to tell the effects of",
                         WITHIN_CODES_MAX)
               : st;
}

static bool solve(struct design *d, size_t sample, size_t *bad)
{
    for (size_t r = 0; r < d->rows; r++) {
        d->value[r] = index_in(d->row[r], sample);
        d->weight[r] = isnan(d->value[r]) ? 0 : weight_in(d->row[r], sample);
    }
    return within_solve(&d->within, d->value, d->weight, bad);
}

enum status design_make(struct design *d, const struct set *set,
                        struct err *err)
{
    struct err cause = {"out of memory"};
    size_t bad = 0;
    enum status st = prepare(d, set, &cause);

    if (st == ST_OK && !solve(d, WHOLE, &bad))
        st = err_set(&cause, ST_NUMERIC,
                     "%s=%s: its effect cannot be told from those of the "
                     "codes and cells that it comes with",
                     dimension_name(d->factor[d->factor_of[bad]]),
                     *d->code[bad] ? d->code[bad] : "(none)");
    if (st == ST_OK)
        return ST_OK;
    return err_set(err, st, "%s: %.400s", set->member[0]->construct,
                   cause.text);
}

bool design_solve(struct design *d, size_t sample)
{
    return solve(d, sample, NULL);
}

void design_free(struct design *d)
{
    within_free(&d->within);
    free(d->row);
    free(d->cell);
    free(d->cell_of);
    free(d->code_of);
    free(d->code);
    free(d->factor_of);
    free(d->value);
    free(d->weight);
}
