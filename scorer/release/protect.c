/* protect.c - see protect.h.
 *
 * Variables are the leaves' counts and, for one construct at a time, their
 * totals; an open cell is an equation of each.  The program is kept from cell
 * to cell and construct to construct, so that each question starts from the
 * last one's basis: some hundred microseconds each for a nation of 31
 * provinces and three channels.
 */
#include "protect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glpk.h>

struct protect {
    const struct lattice *l;
    glp_prob *lp;
    size_t open;      /* equations of each kind */
    size_t *equation; /* the cell of each */
    int *column;      /* of one row of the program */
    double *value;
};

enum { SLACK_DIGITS = 7 };

static int count_column(size_t leaf)
{
    return (int)leaf + 1;
}

static int total_column(const struct protect *p, size_t leaf)
{
    return (int)(p->l->leaves + leaf) + 1;
}

/* total <= 100 n */
static int limit_row(const struct protect *p, size_t leaf)
{
    return (int)(2 * p->open + leaf) + 1;
}

/* The cell asked about has an answer at least: that much is known of it. */
static int there_row(const struct protect *p)
{
    return (int)(2 * p->open + p->l->leaves) + 1;
}

static void set_there(struct protect *p, const struct lattice_cell *c)
{
    for (size_t k = 0; k < c->leaves; k++) {
        p->column[k + 1] = count_column(c->leaf[k]);
        p->value[k + 1] = 1;
    }
    glp_set_mat_row(p->lp, there_row(p), (int)c->leaves, p->column, p->value);
    glp_set_row_bnds(p->lp, there_row(p), GLP_LO, 1, 0);
}

static void set_equations(struct protect *p)
{
    int *column = p->column;
    double *value = p->value;
    const struct lattice *l = p->l;

    for (size_t e = 0; e < p->open; e++) {
        const struct lattice_cell *c = &l->cell[p->equation[e]];

        for (size_t k = 0; k < c->leaves; k++) {
            column[k + 1] = count_column(c->leaf[k]);
            value[k + 1] = 1;
        }
        glp_set_mat_row(p->lp, (int)e + 1, (int)c->leaves, column, value);
        glp_set_row_bnds(p->lp, (int)e + 1, GLP_FX, (double)c->n, (double)c->n);
        for (size_t k = 0; k < c->leaves; k++)
            column[k + 1] = total_column(p, c->leaf[k]);
        glp_set_mat_row(p->lp, (int)(p->open + e) + 1, (int)c->leaves, column,
                        value);
    }
    for (size_t i = 0; i < l->leaves; i++) {
        column[1] = count_column(i);
        value[1] = -100;
        column[2] = total_column(p, i);
        value[2] = 1;
        glp_set_mat_row(p->lp, limit_row(p, i), 2, column, value);
        glp_set_row_bnds(p->lp, limit_row(p, i), GLP_UP, 0, 0);
    }
}

static void set_construct(struct protect *p, size_t construct)
{
    for (size_t e = 0; e < p->open; e++) {
        const double t = p->l->cell[p->equation[e]].total[construct];

        glp_set_row_bnds(p->lp, (int)(p->open + e) + 1, GLP_FX, t, t);
    }
}

/* One equation is enough for open cells of the same leaves. */
static bool told_already(const struct protect *p, const struct lattice_cell *c)
{
    for (size_t e = 0; e < p->open; e++) {
        const struct lattice_cell *o = &p->l->cell[p->equation[e]];

        if (o->leaves == c->leaves &&
            memcmp(o->leaf, c->leaf, c->leaves * sizeof *c->leaf) == 0)
            return true;
    }
    return false;
}

/* Leaves come by batches, and whoever knows that knows this of each. */
static int64_t least_of(const struct lattice_leaf *l)
{
    return l->n < LATTICE_BATCH ? l->n : LATTICE_BATCH;
}

static void build(struct protect *p)
{
    const struct lattice *l = p->l;
    const size_t n = l->leaves;

    for (size_t i = 0; i < l->cells; i++)
        if (lattice_known(&l->cell[i]) && !told_already(p, &l->cell[i]))
            p->equation[p->open++] = i;
    if (!n)
        return;
    p->lp = glp_create_prob();
    glp_add_rows(p->lp, there_row(p));
    glp_add_cols(p->lp, (int)(2 * n));
    for (size_t i = 0; i < n; i++) {
        const double least = (double)least_of(&l->leaf[i]);

        glp_set_col_bnds(p->lp, count_column(i), GLP_LO, least, 0);
        glp_set_col_bnds(p->lp, total_column(p, i), GLP_LO, 0, 0);
    }
    set_equations(p);
    set_construct(p, 0);
}

enum status protect_new(const struct lattice *l, struct protect **out)
{
    struct protect *p = calloc(1, sizeof *p);

    if (!p)
        return ST_NOMEM;
    p->l = l;
    p->equation = malloc((l->cells + 1) * sizeof *p->equation);
    p->column = malloc((l->leaves + 3) * sizeof *p->column);
    p->value = malloc((l->leaves + 3) * sizeof *p->value);
    if (!p->equation || !p->column || !p->value) {
        protect_free(&p);
        return ST_NOMEM;
    }
    build(p);
    *out = p;
    return ST_OK;
}

void protect_free(struct protect **p)
{
    if (!*p)
        return;
    if ((*p)->lp) {
        glp_delete_prob((*p)->lp);
        (void)glp_free_env(); /* the thread's, which may end */
    }
    free((*p)->equation);
    free((*p)->column);
    free((*p)->value);
    free(*p);
    *p = NULL;
}

/* What is asked: a weight of the cell's count and one of its total. */
struct question {
    int direction; /* GLP_MAX or GLP_MIN */
    double count, total;
    double enough; /* the value that must be reached */
};

static void set_objective(struct protect *p, const struct lattice_cell *c,
                          const struct question *q)
{
    const bool set = q != NULL;

    for (size_t k = 0; k < c->leaves; k++) {
        glp_set_obj_coef(p->lp, count_column(c->leaf[k]), set ? q->count : 0);
        glp_set_obj_coef(p->lp, total_column(p, c->leaf[k]),
                         set ? q->total : 0);
    }
    if (set)
        glp_set_obj_dir(p->lp, q->direction);
}

static void note_binding(const struct protect *p, bool *binding)
{
    for (size_t e = 0; e < p->open; e++)
        if (fabs(glp_get_row_dual(p->lp, (int)e + 1)) > 1e-9 ||
            fabs(glp_get_row_dual(p->lp, (int)(p->open + e) + 1)) > 1e-9)
            binding[p->equation[e]] = true;
}

/* A basis that fits no more, as a row was changed, is made anew. */
static bool solve(struct protect *p)
{
    glp_smcp how;

    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    if (glp_simplex(p->lp, &how) == 0)
        return true;
    glp_std_basis(p->lp);
    return glp_simplex(p->lp, &how) == 0;
}

static enum status ask(struct protect *p, const struct lattice_cell *c,
                       const struct question *q, bool *safe, bool *binding,
                       struct err *err)
{
    const double slack = pow(10, -SLACK_DIGITS) * (1 + fabs(q->enough));
    double value;
    int status;

    set_objective(p, c, q);
    if (!solve(p))
        return err_set(err, ST_NUMERIC,
                       "the protection of a cell of few "
                       "answers cannot be computed");
    status = glp_get_status(p->lp);
    value = glp_get_obj_val(p->lp);
    if (status == GLP_UNBND) {
        value = q->direction == GLP_MAX ? INFINITY : -INFINITY;
    } else if (status != GLP_OPT) {
        return err_set(err, ST_NUMERIC,
                       "the open cells contradict one "
                       "another");
    }
    *safe = q->direction == GLP_MAX ? value >= q->enough - slack
                                    : value <= q->enough + slack;
    if (!*safe)
        note_binding(p, binding);
    set_objective(p, c, NULL);
    return ST_OK;
}

/* The mean can be a margin more and less, as far as the scale goes. */
static enum status ask_mean(struct protect *p, const struct lattice_cell *c,
                            size_t construct, bool *safe, bool *binding,
                            struct err *err)
{
    const double mean = c->total[construct] / (double)c->n;
    const double margin = fmax(PROTECT_MARGIN * mean, PROTECT_POINTS);
    const struct question more = {GLP_MAX, -fmin(100, mean + margin), 1, 0};
    const struct question less = {GLP_MIN, -fmax(0, mean - margin), 1, 0};
    enum status st;

    set_construct(p, construct);
    st = ask(p, c, &more, safe, binding, err);
    return st == ST_OK && *safe ? ask(p, c, &less, safe, binding, err) : st;
}

/* What is known of the count before anything opens. */
static double known_least(const struct protect *p, const struct lattice_cell *c)
{
    int64_t sum = 0;

    for (size_t k = 0; k < c->leaves; k++)
        sum += least_of(&p->l->leaf[c->leaf[k]]);
    return (double)sum;
}

enum status protect_cell(struct protect *p, const struct lattice_cell *c,
                         bool *safe, bool *binding, struct err *err)
{
    const double n = (double)c->n, least = known_least(p, c);
    const struct question more = {GLP_MAX, 1, 0, (1 + PROTECT_MARGIN) * n};
    const struct question less = {GLP_MIN, 1, 0,
                                  fmax((1 - PROTECT_MARGIN) * n, least)};
    enum status st;

    *safe = true;
    if (!p->open)
        return ST_OK;
    set_there(p, c);
    st = ask(p, c, &more, safe, binding, err);
    if (st == ST_OK && *safe)
        st = ask(p, c, &less, safe, binding, err);
    for (size_t q = 0; q < p->l->constructs && st == ST_OK && *safe; q++)
        st = ask_mean(p, c, q, safe, binding, err);
    return st;
}
