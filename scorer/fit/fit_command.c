/* fit_command.c - `manyi-scorer fit`: one file, one model, no service. */
#include <stdlib.h>
#include <unistd.h>

#include "collector/options.h"
#include "report.h"
#include "scorer/commands.h"
#include "scorer/taint.h"

/* "survey": as the definition says. */
static const char *const schemes[] = {"survey", "path", "centroid", "factorial",
                                      NULL};
static const char *const policies[] = {"survey", "mean", "pairwise", "complete",
                                       NULL};
static const char *const errors[] = {"none", "jackknife", "bootstrap", NULL};
static const char *const formats[] = {"text", "json", NULL};

enum { FORMAT_TEXT, FORMAT_JSON };
enum { DRAWS = 1000, AS_SURVEY = 0 };

struct settings {
    const char *survey, *data, *weight, *resamples, *encoding;
    int scheme, missing, errors, format;
    int64_t draws, seed, threads;
    struct fit_asked asked;
};

static enum status check_settings(struct settings *s, struct err *err)
{
    if (!s->survey || !s->data)
        return err_set(err, ST_INVALID, "--survey and --data are needed");
    if (s->draws && s->resamples)
        return err_set(err, ST_INVALID,
                       "--bootstrap and --resamples exclude each other");
    if ((s->draws || s->resamples) && s->errors == FIT_NONE)
        return err_set(err, ST_INVALID,
                       "--errors none excludes --bootstrap and --resamples");
    if (s->draws || s->resamples)
        s->errors = FIT_BOOTSTRAP;
    return ST_OK;
}

static enum status read_settings(int argc, char **argv, struct settings *s,
                                 struct options **texts, bool *done,
                                 struct err *err)
{
    const struct option_spec options[] = {
        {"survey", OPTION_TEXT, &s->survey, "FILE", "definition with the model",
         NULL, 0, 0, true},
        {"data", OPTION_TEXT, &s->data, "FILE",
         "CSV with a column an item; - is standard input", NULL, 0, 0, true},
        {"scheme", OPTION_CHOICE, &s->scheme, "SCHEME", "inner weights",
         schemes, 0, 0, true},
        {"missing", OPTION_CHOICE, &s->missing, "POLICY", "missing answers",
         policies, 0, 0, true},
        {"weight", OPTION_TEXT, &s->weight, "COLUMN",
         "column with case weights", NULL, 0, 0, true},
        {"errors", OPTION_CHOICE, &s->errors, "KIND", "standard errors", errors,
         0, 0, true},
        {"bootstrap", OPTION_COUNT, &s->draws, "N",
         "bootstrap with N resamples; 0: 1000", NULL, 0, BOOTSTRAP_MAX, true},
        {"seed", OPTION_COUNT, &s->seed, "S", "of the resamples drawn", NULL, 0,
         INT64_MAX, true},
        {"resamples", OPTION_TEXT, &s->resamples, "FILE",
         "bootstrap with these: row numbers, one resample a line", NULL, 0, 0,
         true},
        {"encoding", OPTION_TEXT, &s->encoding, "NAME",
         "of the CSV: utf-8 or gb18030", NULL, 0, 0, true},
        {"report", OPTION_FLAG, &s->asked.report, NULL,
         "say how good the model is", NULL, 0, 0, true},
        {"threads", OPTION_COUNT, &s->threads, "N", "for replicates", NULL, 1,
         THREADS_MAX, true},
        {"format", OPTION_CHOICE, &s->format, "FORMAT", "of the result",
         formats, 0, 0, true}};
    const struct program program = {
        .name = "manyi-scorer fit",
        .usage = "--survey FILE --data FILE.csv [OPTION]...",
        .summary = "Estimate the model of a survey from a file of answers.",
        .options = options,
        .count = sizeof options / sizeof *options};
    int first = 0;
    enum status st =
        options_read(&program, argc, argv, texts, &first, done, err);

    if (st != ST_OK || *done)
        return st;
    if (first < argc)
        return err_set(err, ST_INVALID, "unexpected argument: %s", argv[first]);
    return check_settings(s, err);
}

static enum status write_result(const struct settings *s,
                                const struct fit_result *result,
                                struct err *err)
{
    struct report *report = NULL;
    enum status st = report_make(result, &report, err);

    if (st != ST_OK)
        return st;
    st = s->format == FORMAT_JSON ? fit_write_json(result, report, stdout)
                                  : fit_write_text(result, report, stdout);
    if (st == ST_OK && fflush(stdout) != 0)
        st = ST_IO;
    report_free(&report);
    return st == ST_OK ? st : err_set(err, st, "the result cannot be written");
}

static void warn_dropped(const struct fit_numbers *n)
{
    if (n->dropped)
        (void)fprintf(stderr, "manyi-scorer: %zu of %zu replicates failed%s\n",
                      n->dropped, n->replicates,
                      n->dropped * 100 > n->replicates ? ": no standard errors"
                                                       : " and were left out");
}

/* The estimate of all rows, and what it was made from. */
struct whole {
    double mean[ITEMS_MAX];
    double cov[ITEMS_MAX * ITEMS_MAX], cor[ITEMS_MAX * ITEMS_MAX];
    struct pls_fit fit;
};

static enum status estimate_whole(const struct settings *s,
                                  const struct fit_data *data, struct whole *w,
                                  struct err *err)
{
    const struct pls_model *m = &data->plan->model;
    struct err cause = {"out of memory"};
    enum status st =
        fit_sums_covariance(&data->total, data->plan, w->mean, w->cov, &cause);

    if (st == ST_OK)
        st = pls_estimate(m, fit_sums_rows(&data->total), w->mean, w->cov, NULL,
                          &w->fit, &cause);
    if (st != ST_OK)
        return err_set(err, st, "%s: %s",
                       streq(s->data, "-") ? "standard input" : s->data,
                       cause.text);
    for (size_t i = 0; i < m->items; i++)
        for (size_t j = 0; j < m->items; j++)
            w->cor[i * m->items + j] =
                i == j
                    ? 1
                    : w->cov[i * m->items + j] / (w->fit.sd[i] * w->fit.sd[j]);
    return ST_OK;
}

/* From the estimate to the result on stdout. */
static enum status replicate(const struct settings *s,
                             const struct fit_data *data, const struct whole *w,
                             struct err *err)
{
    struct fit_resamples resamples = {0};
    struct fit_numbers numbers = {0};
    const struct fit_replication how = {
        .kind = (enum fit_errors)s->errors,
        .draws = s->draws ? (size_t)s->draws : DRAWS,
        .seed = (uint64_t)s->seed,
        .resamples = s->resamples ? &resamples : NULL,
        .threads = (size_t)s->threads,
        .measures = report_measures(&s->asked)};
    const struct fit_result result = {.plan = data->plan,
                                      .fit = &w->fit,
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
    if (st == ST_OK) {
        (void)err_set(err, ST_NOMEM, "out of memory");
        st = fit_replicate(data, &w->fit, &how, &numbers);
    }
    if (st == ST_OK && taint_take())
        st = err_set(err, ST_NUMERIC, "GSL failed");
    if (st == ST_OK) {
        warn_dropped(&numbers);
        st = write_result(s, &result, err);
    }
    fit_numbers_free(&numbers);
    fit_resamples_free(&resamples);
    return st;
}

static enum status estimate(const struct settings *s,
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

static enum status fit(const struct settings *s, const struct survey *survey,
                       struct err *err)
{
    struct fit_plan plan = {.missing = survey->model.missing,
                            .weighted = s->weight != NULL};
    const struct fit_source source = {.path = s->data,
                                      .encoding = s->encoding,
                                      .weight = s->weight,
                                      .keep = s->errors == FIT_BOOTSTRAP ||
                                              s->asked.report};
    struct fit_data data = {.plan = &plan};
    enum status st;

    pls_model_of(survey, &plan.model);
    if (s->scheme != AS_SURVEY)
        plan.model.scheme = (enum inner_scheme)(s->scheme - 1);
    if (s->missing != AS_SURVEY)
        plan.missing = (enum missing_policy)(s->missing - 1);
    st = fit_read(&plan, &source, &data, err);
    if (st == ST_OK)
        st = estimate(s, &data, err);
    fit_data_free(&data);
    return st;
}

int command_fit(int argc, char **argv)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct settings s = {.errors = FIT_JACKKNIFE,
                         .seed = 1,
                         .threads = processors > 0 && processors <= THREADS_MAX
                                        ? processors
                                        : 1};
    struct options *texts = NULL;
    struct survey *survey = NULL;
    struct err err = {"out of memory"};
    bool done = false;
    enum status st;

    taint_install();
    st = read_settings(argc, argv, &s, &texts, &done, &err);
    if (st == ST_OK && !done) {
        st = survey_load(s.survey, NULL, NULL, &survey, &err);
        if (st == ST_OK)
            st = fit(&s, survey, &err);
    }
    if (st != ST_OK)
        (void)fprintf(stderr, "manyi-scorer: %s\n", err.text);
    survey_free(&survey);
    options_free(&texts);
    return status_exit(st);
}
