/* section_prediction.c - answers that the model has not seen. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit_bar.h"
#include "fit_folds.h"
#include "fit_sample.h"
#include "report.h"
#include "scorer/predict.h"

/* What Shmueli et al. 2019 recommend. */
enum { FOLDS = 10, REPETITIONS = 10 };

struct section {
    size_t folds, repetitions;
    struct prediction prediction;
};

static const char *const techniques[] = {"direct", "earliest"};
static const char *const predictors[] = {"pls", "lm", "lm_all", "mean"};

static bool wanted(const struct fit_asked *asked)
{
    return asked->report || asked->predict;
}

/* ---- computing ---- */

/* --folds is a number or a file; the folds of a file go to *fold, those of the
 * rows that count alone, which the caller frees. */
static enum status read_folds(const struct fit_result *r,
                              const struct fit_sample *s,
                              struct predict_plan *plan, uint32_t **fold,
                              struct err *err)
{
    const char *asked = r->asked->folds;
    enum status st;

    plan->folds = FOLDS;
    if (!asked)
        return ST_OK;
    if (strspn(asked, "0123456789") == strlen(asked)) {
        plan->folds = strtoul(asked, NULL, 10);
        return ST_OK;
    }
    *fold = malloc((r->data->rows + 1) * sizeof **fold);
    if (!*fold)
        return ST_NOMEM;
    st = fit_folds_read(asked, r->data->rows, *fold, &plan->folds, err);
    for (size_t i = 0; i < s->sample.rows && st == ST_OK; i++)
        (*fold)[i] = (*fold)[s->kept[i]]; /* kept[i] >= i */
    plan->repetitions = 1;
    plan->fold = *fold;
    /* a file that is not there must not leave the section out */
    return st == ST_NOTFOUND ? ST_INVALID : st;
}

static enum status compute(const struct fit_result *r,
                           const struct fit_sample *s, struct section *out,
                           struct err *err)
{
    struct fit_bar bar;
    struct predict_plan plan = {
        .technique = (enum predict_technique)r->asked->technique,
        .repetitions =
            r->asked->repetitions ? (size_t)r->asked->repetitions : REPETITIONS,
        .seed = r->how->seed,
        .tell = fit_bar_tell,
        .ctx = &bar};
    uint32_t *fold = NULL;
    enum status st = read_folds(r, s, &plan, &fold, err);

    if (st == ST_OK) {
        fit_bar_begin(&bar, "predicting");
        st = predict(&s->sample, &plan, &out->prediction, err);
        fit_bar_end(&bar);
    }
    out->folds = plan.folds;
    out->repetitions = plan.repetitions;
    free(fold);
    return st;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    struct fit_sample sample = {.row = NULL};
    struct section *s = calloc(1, sizeof *s);
    enum status st = s ? fit_sample_make(r->data, &sample, err) : ST_NOMEM;

    if (st == ST_OK)
        st = compute(r, &sample, s, err);
    fit_sample_free(&sample);
    if (st == ST_OK)
        *state = s;
    else
        free(s);
    return st;
}

/* ---- text ---- */

static enum status write_items(const struct fit_result *r,
                               const struct prediction *p, FILE *out)
{
    static const char *const titles[] = {"item",      ">Q2",     ">RMSE: PLS",
                                         ">LM",       ">LM all", ">mean",
                                         ">MAE: PLS", ">LM"};
    const struct pls_model *m = &r->plan->model;
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t i = 0; i < m->items && st == ST_OK; i++) {
        const struct predict_error *e = p->item[i].out;
        char cell[7][FIT_CELL];
        const char *const cells[] = {
            pls_item_code(m, i),
            fit_cell(cell[0], p->item[i].q2, 3),
            fit_cell(cell[1], e[PREDICT_PLS].rmse, 3),
            fit_cell(cell[2], e[PREDICT_LM].rmse, 3),
            fit_cell(cell[3], e[PREDICT_LM_ALL].rmse, 3),
            fit_cell(cell[4], e[PREDICT_MEAN].rmse, 3),
            fit_cell(cell[5], e[PREDICT_PLS].mae, 3),
            fit_cell(cell[6], e[PREDICT_LM].mae, 3)};

        if (p->item[i].n)
            st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static const char *word(const char *known)
{
    return known ? known : "-";
}

static enum status write_summary(const char *code,
                                 const struct predict_summary *s,
                                 struct table *t)
{
    const struct predict_test *mean = &s->test[PREDICT_MEAN];
    const struct predict_test *lm = &s->test[PREDICT_LM];
    char better[FIT_CELL], cell[5][FIT_CELL];
    const char *const cells[] = {code,
                                 better,
                                 word(predict_power_word(s->power)),
                                 fit_cell(cell[0], mean->pls, 3),
                                 fit_cell(cell[1], mean->other, 3),
                                 fit_cell(cell[2], mean->p, 4),
                                 fit_cell(cell[3], lm->other, 3),
                                 fit_cell(cell[4], lm->p, 4),
                                 word(predict_validity_word(s->validity))};

    (void)snprintf(better, sizeof better, "%zu/%zu", s->better, s->items);
    return table_row(t, cells);
}

static enum status write_summaries(const struct fit_result *r,
                                   const struct prediction *p, FILE *out)
{
    static const char *const titles[] = {"construct",  ">better", "power",
                                         ">loss: PLS", ">mean",   ">p",
                                         ">LM",        ">p",      "validity"};
    const struct pls_model *m = &r->plan->model;
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t c = 0; c < m->constructs && st == ST_OK; c++)
        if (p->construct[c].test[PREDICT_MEAN].n)
            st = write_summary(pls_construct_code(m, c), &p->construct[c], t);
    if (st == ST_OK)
        st = write_summary("all", &p->overall, t);
    return fit_table_end(&t, st, out);
}

/* Said of all items together. */
static void write_verdicts(const struct predict_summary *s, FILE *out)
{
    static const char *const validity[] = {
        [VALIDITY_UNKNOWN] = "cannot be told",
        [VALIDITY_NONE] = "is not shown: it is not better than the item means",
        [VALIDITY_BASIC] =
            "is basic: better than the item means, but not than LM",
        [VALIDITY_STRONG] =
            "is strong: better than the item means and than LM"};

    if (s->power == POWER_UNKNOWN)
        (void)fprintf(out, "Predictive power cannot be told.\n");
    else
        (void)fprintf(out,
                      "Predictive power is %s: closer than LM on %zu of %zu "
                      "items\n(Shmueli et al. 2019).\n",
                      predict_power_word(s->power), s->better, s->items);
    (void)fprintf(out,
                  "Predictive validity %s\n(CVPAT at 5 %%: Liengaard et al. "
                  "2021; Sharma et al. 2023).\n",
                  validity[s->validity]);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    const struct section *s = state;
    enum status st;

    (void)fprintf(out, "%zu folds, %zu time%s; %s.\n", s->folds, s->repetitions,
                  s->repetitions == 1 ? "" : "s",
                  r->asked->technique == PREDICT_DIRECT
                      ? "from the constructs with an arrow to the predicted"
                      : "from the constructs at the beginning of all arrows");
    (void)fprintf(out, "LM: least squares on the items of the same constructs; "
                       "LM all: on those of all\nothers; mean: of the item.\n");
    st = write_items(r, &s->prediction, out);
    if (st == ST_OK) {
        (void)fputc('\n', out);
        st = write_summaries(r, &s->prediction, out);
    }
    if (st == ST_OK)
        write_verdicts(&s->prediction.overall, out);
    return st;
}

/* ---- JSON ---- */

static void put_errors(struct json *j, const char *key,
                       const struct predict_error error[PREDICTORS])
{
    json_put_object(j, key);
    for (size_t who = 0; who < PREDICTORS; who++) {
        json_put_object(j, predictors[who]);
        json_put_number(j, "rmse", error[who].rmse);
        json_put_number(j, "mae", error[who].mae);
        json_close(j);
    }
    json_close(j);
}

static void put_items(struct json *j, const struct pls_model *m,
                      const struct prediction *p)
{
    json_put_array(j, "items");
    for (size_t i = 0; i < m->items; i++) {
        if (!p->item[i].n)
            continue;
        json_put_object(j, NULL);
        json_put_text(j, "item", pls_item_code(m, i));
        json_put_integer(j, "n", p->item[i].n);
        json_put_number(j, "q2", p->item[i].q2);
        put_errors(j, "out", p->item[i].out);
        put_errors(j, "in", p->item[i].in);
        json_close(j);
    }
    json_close(j);
}

static void put_word(struct json *j, const char *key, const char *known)
{
    if (known)
        json_put_text(j, key, known);
    else
        json_put_null(j, key);
}

/* The members of an open object. */
static void put_summary(struct json *j, const struct predict_summary *s)
{
    json_put_integer(j, "items", (int64_t)s->items);
    json_put_integer(j, "better", (int64_t)s->better);
    put_word(j, "power", predict_power_word(s->power));
    put_word(j, "validity", predict_validity_word(s->validity));
    json_put_object(j, "cvpat");
    for (size_t who = PREDICT_PLS + 1; who < PREDICTORS; who++) {
        const struct predict_test *t = &s->test[who];

        json_put_object(j, predictors[who]);
        json_put_integer(j, "n", t->n);
        json_put_number(j, "loss", t->pls);
        json_put_number(j, "benchmark_loss", t->other);
        json_put_number(j, "t", t->t);
        json_put_number(j, "p", t->p);
        json_close(j);
    }
    json_close(j);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct section *s = state;
    const struct prediction *p = &s->prediction;

    json_put_object(j, key);
    json_put_text(j, "technique", techniques[r->asked->technique]);
    json_put_integer(j, "folds", (int64_t)s->folds);
    json_put_integer(j, "repetitions", (int64_t)s->repetitions);
    put_items(j, m, p);
    json_put_array(j, "constructs");
    for (size_t c = 0; c < m->constructs; c++) {
        if (!p->construct[c].test[PREDICT_MEAN].n)
            continue;
        json_put_object(j, NULL);
        json_put_text(j, "construct", pls_construct_code(m, c));
        put_summary(j, &p->construct[c]);
        json_close(j);
    }
    json_close(j);
    json_put_object(j, "overall");
    put_summary(j, &p->overall);
    json_close(j);
    json_close(j);
}

const struct report_section section_prediction = {
    .name = "prediction",
    .title = "Prediction of answers that the model has not seen",
    .wanted = wanted,
    .make = make,
    .text = text,
    .json = json,
};
