/* fit_command.c - `manyi-scorer fit`: one file, one model, no service. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fit_bar.h"
#include "fit_design.h"
#include "fit_settings.h"
#include "fit_store.h"
#include "report.h"
#include "scorer/commands.h"
#include "scorer/plsc.h"
#include "scorer/taint.h"

enum { DRAWS = 1000 };

static enum status write_result(const struct fit_settings *s,
                                const struct fit_result *result,
                                struct err *err)
{
    struct report *report = NULL;
    enum status st = report_make(result, &report, err);

    if (st != ST_OK)
        return st;
    st = s->format == FIT_FORMAT_JSON ? fit_write_json(result, report, stdout)
                                      : fit_write_text(result, report, stdout);
    if (st == ST_OK && fflush(stdout) != 0)
        st = ST_IO;
    report_free(&report);
    return st == ST_OK ? st : err_set(err, st, "the result cannot be written");
}

static void warn_dropped(const struct fit_numbers *n, enum fit_errors kind)
{
    const bool lost = kind == FIT_JACKKNIFE || n->dropped * 100 > n->replicates;

    if (n->dropped)
        (void)fprintf(stderr,
                      "manyi-scorer: %zu of %zu replicates failed (%s)%s\n",
                      n->dropped, n->replicates, n->cause.text,
                      lost ? ": no standard errors" : " and were left out");
}

static void warn_no_index(const struct fit_result *r)
{
    const struct pls_model *m = &r->plan->model;

    for (size_t i = 0; i < m->items; i++) {
        char place[FIT_PLACE];
        size_t c = 0;

        while (m->first[c + 1] <= i)
            c++;
        if (r->fit->weight[i] < 0)
            (void)fprintf(stderr,
                          "manyi-scorer: no index of %s: the weight of %s is "
                          "negative\n",
                          pls_construct_code(m, c), fit_place(m, i, place));
    }
}

/* The estimate of all rows, and what it was made from. */
struct whole {
    double mean[ITEMS_MAX];
    double cov[ITEMS_MAX * ITEMS_MAX], cor[ITEMS_MAX * ITEMS_MAX];
    struct pls_fit plain, fit;
};

static enum status estimate_whole(const struct fit_settings *s,
                                  const struct fit_data *data, struct whole *w,
                                  struct err *err)
{
    const struct pls_model *m = &data->plan->model;
    struct err cause = {"out of memory"};
    enum status st = fit_data_check(data, &cause);

    if (st == ST_OK)
        st = fit_sums_covariance(&data->total, data->plan, w->mean, w->cov,
                                 &cause);
    if (st == ST_OK)
        st = pls_estimate(m, fit_sums_rows(&data->total), w->mean, w->cov, NULL,
                          &w->plain, &cause);
    if (st == ST_OK) {
        w->fit = w->plain;
        if (data->plan->consistent)
            st = pls_consistent(m, w->cov, &w->plain, &w->fit, &cause);
    }
    if (st != ST_OK)
        return err_set(err, st, "%s: %s",
                       s->request.store      ? s->request.query.survey
                       : streq(s->data, "-") ? "standard input"
                                             : s->data,
                       cause.text);
    for (size_t i = 0; i < m->items; i++)
        for (size_t j = 0; j < m->items; j++)
            w->cor[i * m->items + j] =
                i == j
                    ? 1
                    : w->cov[i * m->items + j] / (w->fit.sd[i] * w->fit.sd[j]);
    return ST_OK;
}

/* With a bar, where somebody sees it. */
static enum status replicate_all(const struct fit_data *data,
                                 const struct pls_fit *fit,
                                 struct fit_replication *how,
                                 struct fit_numbers *numbers, struct err *err)
{
    struct fit_bar bar;
    enum status st;

    how->tell = fit_bar_tell;
    how->ctx = &bar;
    fit_bar_begin(&bar, "replicates");
    st = fit_replicate(data, fit, how, numbers, err);
    fit_bar_end(&bar);
    return st;
}

/* From the estimate to the result on stdout. */
static enum status replicate(const struct fit_settings *s,
                             const struct fit_data *data, const struct whole *w,
                             struct err *err)
{
    struct fit_resamples resamples = {0};
    struct fit_numbers numbers = {.count = 0};
    struct fit_design design = {0};
    struct fit_replication how = {
        .kind = (enum fit_errors)s->errors,
        .interval = (enum bootstrap_interval)s->interval,
        .level = s->level,
        .design = fit_settings_design(s) ? &design : NULL,
        .draws = s->draws ? (size_t)s->draws : DRAWS,
        .seed = (uint64_t)s->seed,
        .resamples = s->resamples ? &resamples : NULL,
        .threads = (size_t)s->threads,
        .measures = report_measures(&s->asked) | s->asked.measures};
    const struct fit_result result = {.plan = data->plan,
                                      .fit = &w->fit,
                                      .plain = &w->plain,
                                      .cov = w->cov,
                                      .cor = w->cor,
                                      .numbers = &numbers,
                                      .data = data,
                                      .how = &how,
                                      .asked = &s->asked,
                                      .rows = fit_sums_rows(&data->total),
                                      .replicates = s->resamples != NULL};
    enum status st = ST_OK;

    if (s->resamples)
        st = fit_resamples_read(s->resamples, data->rows, &resamples, err);
    if (st == ST_OK && how.design)
        st = fit_design_make(data, &design, err);
    if (st == ST_OK)
        st = replicate_all(data, &w->fit, &how, &numbers, err);
    if (st == ST_OK && taint_take())
        st = err_set(err, ST_NUMERIC, "GSL failed");
    if (st == ST_OK) {
        warn_no_index(&result);
        warn_dropped(&numbers, how.kind);
        if (s->scores)
            st = fit_write_scores(&result, s->scores, err);
        if (st == ST_OK)
            st = write_result(s, &result, err);
    }
    fit_numbers_free(&numbers);
    fit_design_free(&design);
    fit_resamples_free(&resamples);
    return st;
}

static enum status estimate(const struct fit_settings *s,
                            const struct fit_data *data, struct err *err)
{
    struct whole *w = malloc(sizeof *w);
    enum status st;

    if (!w)
        return err_set(err, ST_NOMEM, "out of memory");
    st = estimate_whole(s, data, w, err);
    if (st == ST_OK)
        st = replicate(s, data, w, err);
    free(w);
    return st;
}

static enum status fit(const struct fit_settings *s,
                       const struct survey *survey,
                       const struct answers *answers, struct err *err)
{
    struct fit_plan plan = {.missing = survey->model.missing,
                            .weighted = s->weight || fit_settings_design(s),
                            .consistent = s->asked.consistent};
    struct fit_source source = {.path = s->data,
                                .encoding = s->encoding,
                                .weight = s->weight,
                                .keep = s->errors == FIT_BOOTSTRAP ||
                                        s->asked.report || s->asked.predict ||
                                        s->scores};
    struct fit_data data = {.plan = &plan};
    struct err cause;
    enum status st;

    memcpy(source.label, s->label, sizeof source.label);
    pls_model_of(survey, &plan.model);
    if (s->moderate) {
        source.keep = true;
        st = interactions_parse(&plan.model, s->moderate, &plan.interactions,
                                &cause);
        if (st != ST_OK)
            return err_set(err, st, "--moderate: %s", cause.text);
    }
    if (s->scheme != FIT_AS_SURVEY)
        plan.model.scheme = (enum inner_scheme)(s->scheme - 1);
    if (s->missing != FIT_AS_SURVEY)
        plan.missing = (enum missing_policy)(s->missing - 1);
    st = answers ? fit_store_read(&plan, &source, answers, &data, err)
                 : fit_read(&plan, &source, &data, err);
    if (st == ST_OK)
        st = estimate(s, &data, err);
    fit_data_free(&data);
    return st;
}

/* The survey, and of a store its answers, in *survey and *answers; `own` is the
 * caller's to free. */
static enum status find_survey(struct fit_settings *s, struct survey **own,
                               struct answers **answers,
                               const struct survey **survey, struct err *err)
{
    enum status st;

    if (s->request.store) {
        st = fit_store_answers(&s->request, s->codes, answers, err);
        if (st == ST_OK)
            *survey = answers_survey(*answers);
    } else {
        st = survey_load(s->request.query.survey, NULL, NULL, own, err);
        *survey = *own;
    }
    return st;
}

static int64_t today(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000LL;
}

int command_fit(int argc, char **argv)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct fit_settings s = {
        .errors = FIT_AUTO,
        .level = ERRORS_LEVEL,
        .seed = 1,
        .threads =
            processors > 0 && processors <= THREADS_MAX ? processors : 1};
    struct survey *own = NULL;
    const struct survey *survey = NULL;
    struct answers *answers = NULL;
    struct err err = {"out of memory"};
    bool done = false;
    enum status st;

    taint_install();
    st = fit_settings_read(argc, argv, today(), &s, &done, &err);
    if (st == ST_OK && !done)
        st = find_survey(&s, &own, &answers, &survey, &err);
    if (st == ST_OK && !done)
        st = fit(&s, survey, answers, &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "manyi-scorer: %s\n", err.text);
    survey_free(&own);
    answers_free(&answers);
    request_free(&s.request);
    return status_exit(st);
}
