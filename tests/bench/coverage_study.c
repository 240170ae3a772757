/* coverage_study.c - does the 95 % interval cover the truth?
 *
 * Draws 1 000 samples of 1 000 mobile customers by web from the generated
 * population, estimates the indices of satisfaction and loyalty of each with
 * their delete-a-group jackknife intervals, and counts how many cover the
 * truth: the same estimator on 1e8 other customers of that population, stored
 * below.  Prints one JSON document; ends with 1 when a share is outside
 * 93-97 %.  Takes about five seconds; `--truth` about twenty.
 *
 *     coverage_study              the study
 *     coverage_study --truth N    the truth from N customers
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "population.h"
#include "scorer/errors.h"
#include "scorer/index.h"
#include "scorer/moments.h"
#include "scorer/pls.h"
#include "surveys/json.h"

enum { REPEATS = 1000, ROWS = 1000, THREADS = 2, BLOCK = 8192 };
enum { TRUTH_SEED = 1, STUDY_SEED = 2 }; /* repeat r has seed 2 + r */
enum { ASKED = 2 };

static const char *const asked[ASKED] = {"SAT", "LOY"};

static const char definition[] = "surveys/definitions/tcsi-mobile.yaml";

/* What `coverage_study --truth 100000000` prints; its own standard error is
 * 0.002.  Make it again after any change to population.c. */
static const double truth[ASKED] = {77.641361529831499, 75.779652849387674};

struct study {
    struct survey *survey;
    struct pls_model model;
    size_t construct[ASKED];
};

struct estimate {
    struct pls_fit fit;
    double index[ASKED];
};

/* The answers to the model's items of one customer. */
static void customer(const struct study *s, uint64_t seed, uint64_t row,
                     struct person *who, uint8_t *answers)
{
    const struct population p = {seed, PRODUCT_MOB, BY_WEB};

    population_person(&p, row, who);
    for (size_t j = 0; j < s->model.items; j++)
        answers[j] = who->answers[s->model.item[j]];
}

/* `reference` (NULL: none) is the fit to begin from, whose signs count. */
static enum status estimate(const struct study *s, const struct moments *m,
                            const struct pls_fit *reference,
                            struct estimate *out, struct err *err)
{
    static _Thread_local double cov[ITEMS_MAX * ITEMS_MAX];
    double mean[ITEMS_MAX], u[ITEMS_MAX];
    enum status st = moments_covariance(
        m, s->survey->model.missing, pls_item_code, &s->model, mean, cov, err);

    if (st == ST_OK)
        st = pls_estimate(&s->model, m->rows, mean, cov,
                          reference ? reference->weight : NULL, &out->fit, err);
    if (st != ST_OK)
        return st;
    if (reference)
        pls_align(&s->model, reference, &out->fit);
    index_weights(&s->model, &out->fit, u);
    for (size_t k = 0; k < ASKED; k++)
        out->index[k] = index_value(&s->model, s->construct[k], u, mean);
    return ST_OK;
}

/* ---- the truth ---- */

struct part {
    const struct study *study;
    uint64_t first, end;
    struct moments *moments;
    enum status st;
};

static void *add_part(void *arg)
{
    static _Thread_local uint8_t block[BLOCK * ITEMS_MAX];
    struct part *p = arg;
    size_t items = p->study->model.items;
    struct person who;

    for (uint64_t row = p->first; row < p->end && p->st == ST_OK;) {
        size_t n = 0;

        for (; n < BLOCK && row < p->end; n++, row++)
            customer(p->study, TRUTH_SEED, row, &who, block + n * items);
        p->st = moments_add(p->moments, block, items, n);
    }
    return NULL;
}

static enum status add_parts(struct part *part, struct err *err)
{
    pthread_t thread[THREADS];
    size_t started = 0;
    enum status st = ST_OK;

    while (started < THREADS && pthread_create(&thread[started], NULL, add_part,
                                               &part[started]) == 0)
        started++;
    if (started < THREADS)
        st = err_set(err, ST_IO, "cannot start a thread");
    for (size_t k = 0; k < started; k++)
        pthread_join(thread[k], NULL);
    for (size_t k = 0; k < THREADS && st == ST_OK; k++) {
        st = part[k].st;
        if (st == ST_OK && k)
            st = moments_merge(part[0].moments, part[k].moments);
    }
    return st;
}

static enum status find_truth(const struct study *s, uint64_t rows,
                              struct err *err)
{
    struct part part[THREADS];
    struct estimate found;
    enum status st = ST_OK;

    memset(part, 0, sizeof part);
    for (uint64_t k = 0; k < THREADS; k++) {
        part[k].study = s;
        part[k].first = rows / THREADS * k;
        part[k].end = k + 1 < THREADS ? rows / THREADS * (k + 1) : rows;
        if (st == ST_OK)
            st = moments_new(s->model.items, false, &part[k].moments);
    }
    if (st == ST_OK)
        st = add_parts(part, err);
    if (st == ST_OK)
        st = estimate(s, part[0].moments, NULL, &found, err);
    for (size_t k = 0; k < ASKED && st == ST_OK; k++)
        printf("%s %.17g\n", asked[k], found.index[k]);
    for (size_t k = 0; k < THREADS; k++)
        moments_free(&part[k].moments);
    return st;
}

/* ---- the study ---- */

struct sample {
    struct moments *all, *rest, *group[GROUPS];
};

struct tally {
    int64_t covered, failed;
    double sum, squares, se;
};

static void sample_free(struct sample *x)
{
    moments_free(&x->all);
    moments_free(&x->rest);
    for (size_t g = 0; g < GROUPS; g++)
        moments_free(&x->group[g]);
}

static enum status sample_new(size_t items, struct sample *x)
{
    enum status st = moments_new(items, false, &x->all);

    if (st == ST_OK)
        st = moments_new(items, false, &x->rest);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = moments_new(items, false, &x->group[g]);
    return st;
}

static enum status draw_sample(const struct study *s, uint64_t seed,
                               struct sample *x)
{
    static const uint8_t no_id[ID_SIZE];
    enum status st = ST_OK;

    moments_clear(x->all);
    for (size_t g = 0; g < GROUPS; g++)
        moments_clear(x->group[g]);
    for (uint64_t row = 0; row < ROWS && st == ST_OK; row++) {
        uint8_t answers[ITEMS_MAX], respondent[ID_SIZE];
        struct person who;

        customer(s, seed, row, &who, answers);
        population_respondent(&who, respondent);
        st = moments_add(x->group[errors_group(respondent, no_id)], answers,
                         s->model.items, 1);
    }
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = moments_merge(x->all, x->group[g]);
    return st;
}

/* Everything without group g. */
static enum status leave_out(struct sample *x, size_t g)
{
    enum status st;

    moments_clear(x->rest);
    st = moments_merge(x->rest, x->all);
    return st == ST_OK ? moments_subtract(x->rest, x->group[g]) : st;
}

static void count(struct tally *t, double value, const double *replicate,
                  size_t groups, double target)
{
    struct interval i = errors_jackknife(value, replicate, groups, NULL);

    if (isnan(i.se)) {
        t->failed++;
        return;
    }
    t->covered += i.low <= target && target <= i.high;
    t->sum += value;
    t->squares += (value - target) * (value - target);
    t->se += i.se;
}

static enum status repeat(const struct study *s, uint64_t seed,
                          struct sample *x, struct tally *tally,
                          struct err *err)
{
    double replicate[ASKED][GROUPS];
    struct estimate full, part;
    size_t groups = 0;
    enum status st = draw_sample(s, seed, x);

    if (st == ST_OK)
        st = estimate(s, x->all, NULL, &full, err);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++) {
        if (!x->group[g]->rows)
            continue;
        st = leave_out(x, g);
        if (st == ST_OK)
            st = estimate(s, x->rest, &full.fit, &part, err);
        if (st == ST_NUMERIC) {
            part.index[0] = part.index[1] = (double)NAN;
            st = ST_OK;
        }
        for (size_t k = 0; k < ASKED && st == ST_OK; k++)
            replicate[k][groups] = part.index[k];
        groups++;
    }
    for (size_t k = 0; k < ASKED && st == ST_OK; k++)
        count(&tally[k], full.index[k], replicate[k], groups, truth[k]);
    return st;
}

static bool good(const struct tally *t)
{
    return 100 * t->covered >= 93 * REPEATS && 100 * t->covered <= 97 * REPEATS;
}

static enum status report(const struct tally *tally)
{
    struct json *j = json_new();

    json_put_object(j, NULL);
    json_put_integer(j, "repeats", REPEATS);
    json_put_integer(j, "rows", ROWS);
    for (size_t k = 0; k < ASKED; k++) {
        const struct tally *t = &tally[k];
        double n = (double)(REPEATS - t->failed);

        json_put_object(j, asked[k]);
        json_put_number(j, "truth", truth[k]);
        json_put_number(j, "coverage", (double)t->covered / REPEATS);
        json_put_number(j, "mean", t->sum / n);
        json_put_number(j, "error", sqrt(t->squares / n));
        json_put_number(j, "mean_se", t->se / n);
        json_put_integer(j, "without_interval", t->failed);
        json_put_bool(j, "good", good(t));
        json_close(j);
    }
    json_close(j);
    return json_end(&j, stdout);
}

static enum status study(const struct study *s, bool *passed, struct err *err)
{
    struct sample x = {NULL};
    struct tally tally[ASKED];
    enum status st = sample_new(s->model.items, &x);

    memset(tally, 0, sizeof tally);
    for (uint64_t r = 0; r < REPEATS && st == ST_OK; r++)
        st = repeat(s, STUDY_SEED + r, &x, tally, err);
    if (st == ST_OK)
        st = report(tally);
    *passed = good(&tally[0]) && good(&tally[1]);
    sample_free(&x);
    return st;
}

int main(int argc, char **argv)
{
    bool wants_truth = argc == 3 && streq(argv[1], "--truth");
    uint64_t rows = wants_truth ? strtoull(argv[2], NULL, 10) : 0;
    struct study s = {NULL};
    struct err err = {"out of memory"};
    bool passed = true;
    enum status st;

    if (argc != 1 && !rows) {
        fputs("usage: coverage_study [--truth N]\n", stderr);
        return 2;
    }
    st = survey_load(definition, NULL, NULL, &s.survey, &err);
    if (st == ST_OK) {
        pls_model_of(s.survey, &s.model);
        for (size_t k = 0; k < ASKED; k++)
            s.construct[k] = survey_construct(s.survey, asked[k]);
        st = rows ? find_truth(&s, rows, &err) : study(&s, &passed, &err);
    }
    if (st != ST_OK)
        fprintf(stderr, "coverage_study: %s\n", err.text);
    survey_free(&s.survey);
    return st != ST_OK ? status_exit(st) : !passed;
}
