/* weigh_command.c - `manyi-scorer weigh`, see weigh.h. */
#include "weigh.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "collector/options.h"
#include "scorer/commands.h"
#include "scorer/taint.h"

static const char *const formats[] = {"table", "csv", "json", NULL};

enum { SHORT_HASH = 4, LABEL_MAX = RAKING_NAME_MAX + 80 };

/* The work under way. */
struct weighing {
    const struct weigh_settings *s;
    struct population *population;
    struct weigh_data data;
    struct raking *raking;
    double *weight; /* those of data.base, where nothing turns them */
    char label[LABEL_MAX];
    struct err *err;
};

/* ---- what is asked ---- */

static enum status read_means(const char *text, struct weigh_settings *s,
                              struct err *err)
{
    for (const char *at = text; at;) {
        const size_t len = strcspn(at, ",");

        if (s->means == WEIGH_MEANS_MAX || len >= sizeof s->mean[0])
            return err_set(err, ST_RANGE,
                           "--mean: over %d columns, or a name "
                           "over %zu bytes",
                           WEIGH_MEANS_MAX, sizeof s->mean[0] - 1);
        snprintf(s->mean[s->means++], sizeof s->mean[0], "%.*s", (int)len, at);
        at = at[len] ? at + len + 1 : NULL;
    }
    return ST_OK;
}

static enum status check(const struct weigh_settings *s, int64_t iterations,
                         struct err *err)
{
    const bool rule = s->rule.low > 0 || isfinite(s->rule.high) ||
                      s->rule.tolerance != RAKING_TOLERANCE ||
                      iterations != RAKING_ITERATIONS;

    if (!s->data || streq(s->data, "-"))
        return err_set(err, ST_INVALID,
                       "--data FILE is needed: it is read twice");
    if (!s->population && !s->means)
        return err_set(err, ST_INVALID, "--population or --mean is needed");
    if (!s->population && rule)
        return err_set(err, ST_INVALID,
                       "--lower, --upper, --tolerance and --iterations go with "
                       "--population");
    if (!s->means && (s->strata || s->cluster || s->fpc || s->format))
        return err_set(err, ST_INVALID,
                       "--strata, --cluster, --fpc and --format go with "
                       "--mean");
    return ST_OK;
}

static enum status read_settings(int argc, char **argv,
                                 struct weigh_settings *s,
                                 struct options **texts, bool *done,
                                 struct err *err)
{
    const char *means = NULL;
    int64_t iterations = RAKING_ITERATIONS;
    const struct option_spec list[] = {
        {"data", OPTION_TEXT, &s->data, "FILE", "CSV of people, a row each",
         NULL, 0, 0, true},
        {"encoding", OPTION_TEXT, &s->encoding, "NAME",
         "of it: utf-8 (default) or gb18030", NULL, 0, 0, true},
        {"population", OPTION_TEXT, &s->population, "FILE",
         "CSV of dimensions and population", NULL, 0, 0, true},
        {"weight", OPTION_TEXT, &s->weight, "COLUMN",
         "weights to begin from (default: 1)", NULL, 0, 0, true},
        {"lower", OPTION_REAL, &s->rule.low, "PART",
         "least weight, in parts of the mean weight", NULL, 0, 1, true},
        {"upper", OPTION_REAL, &s->rule.high, "PART",
         "largest weight, likewise", NULL, 1, 1000000, true},
        {"tolerance", OPTION_REAL, &s->rule.tolerance, "PART",
         "by which a margin may be missed", NULL, 0, 1, true},
        {"iterations", OPTION_COUNT, &iterations, "N",
         "rounds of raking at most", NULL, 1, 1000000, true},
        {"mean", OPTION_TEXT, &means, "COLUMN[,COLUMN]...",
         "print their means and totals instead of the rows", NULL, 0, 0, true},
        {"strata", OPTION_TEXT, &s->strata, "COLUMN", "strata of the sample",
         NULL, 0, 0, true},
        {"cluster", OPTION_TEXT, &s->cluster, "COLUMN",
         "sampling units (default: each row)", NULL, 0, 0, true},
        {"fpc", OPTION_TEXT, &s->fpc, "COLUMN",
         "sampling units in the stratum's population, or the part sampled",
         NULL, 0, 0, true},
        {"format", OPTION_CHOICE, &s->format, "FORMAT", "of the means", formats,
         0, 0, true}};
    const struct program program = {
        .name = "manyi-scorer weigh",
        .usage = "--data FILE.csv --population FILE [OPTION]...",
        .summary = "Weigh the rows of a file to a population.",
        .options = list,
        .count = sizeof list / sizeof *list};
    int first = 0;
    enum status st =
        options_read(&program, argc, argv, texts, &first, done, err);

    if (st != ST_OK || *done)
        return st;
    if (first < argc)
        return err_set(err, ST_INVALID, "unexpected argument: %s", argv[first]);
    s->rule.iterations = (size_t)iterations;
    if (means)
        st = read_means(means, s, err);
    return st == ST_OK ? check(s, iterations, err) : st;
}

/* ---- the work ---- */

static enum status check_base(const struct weighing *w)
{
    for (size_t i = 0; i < w->data.rows; i++)
        if (w->data.base[i] > 0)
            return ST_OK;
    return err_set(w->err, ST_NUMERIC, "%s: all weights are zero", w->s->data);
}

static enum status rake(struct weighing *w)
{
    const struct weigh_data *d = &w->data;
    const struct people_units units = {d->rows, d->code};
    size_t categories;
    double *turn, *rows;
    enum status st =
        raking_new(w->population, NULL, &units, &w->raking, w->err);

    if (st != ST_OK)
        return st;
    categories = raking_categories(w->raking);
    turn = malloc((categories + d->rows) * sizeof *turn);
    if (!turn)
        return ST_NOMEM;
    rows = turn + categories;
    for (size_t i = 0; i < categories + d->rows; i++)
        turn[i] = 1;
    st = raking_solve(w->raking, &w->s->rule, d->base, rows, turn, w->weight,
                      w->err);
    free(turn);
    return st;
}

static void name_weights(struct weighing *w)
{
    const struct raking_rule *rule = &w->s->rule;
    char name[RAKING_NAME_MAX], hash[2 * SHORT_HASH + 1];
    size_t len;

    if (!w->population) {
        snprintf(w->label, sizeof w->label, "%s",
                 w->s->weight ? "design" : "none");
        return;
    }
    raking_name(w->raking, name);
    bytes_hex(w->population->hash, SHORT_HASH, hash);
    len = (size_t)snprintf(w->label, sizeof w->label, "%s%s %s",
                           w->s->weight ? "design, " : "", name, hash);
    if ((rule->low > 0 || isfinite(rule->high)) && len < sizeof w->label)
        snprintf(w->label + len, sizeof w->label - len, " limits %g-%g",
                 rule->low, rule->high);
}

static enum status weigh(struct weighing *w)
{
    enum status st = check_base(w);

    if (st != ST_OK)
        return st;
    w->weight = malloc(w->data.rows * sizeof *w->weight);
    if (!w->weight)
        return ST_NOMEM;
    memcpy(w->weight, w->data.base, w->data.rows * sizeof *w->weight);
    if (w->population)
        st = rake(w);
    if (st == ST_OK)
        name_weights(w);
    return st;
}

static enum status means(const struct weighing *w)
{
    const struct weigh_settings *s = w->s;
    const struct weigh_data *d = &w->data;
    const struct totals_sample sample = {
        .rows = d->rows,
        .weight = w->weight,
        .base = d->base,
        .calibrated = w->raking,
        .stratum = s->strata ? d->stratum : NULL,
        .cluster = s->cluster ? d->cluster : NULL,
        .fpc = s->fpc ? d->fpc : NULL};
    struct totals *t = calloc(s->means, sizeof *t);
    double *x = malloc(d->rows * sizeof *x);
    struct err cause = {""};
    enum status st = t && x ? ST_OK : ST_NOMEM;

    for (size_t i = 0; i < s->means && st == ST_OK; i++) {
        for (size_t k = 0; k < d->rows; k++)
            x[k] = d->x[k * s->means + i];
        st = totals_of(&sample, x, d->strata.text, &t[i], &cause);
        if (st != ST_OK && st != ST_NOMEM)
            (void)err_set(w->err, st, "%s: %.60s: %.300s", s->data, s->mean[i],
                          cause.text);
    }
    if (st == ST_OK)
        st = weigh_print_means(s, t, w->label, stdout);
    free(t);
    free(x);
    return st;
}

/* What a person wants to know of weights that go to a file. */
static void tell(const struct weighing *w)
{
    double least = INFINITY, most = 0, sum = 0, squares = 0;
    size_t n = 0;

    for (size_t i = 0; i < w->data.rows; i++) {
        const double v = w->weight[i];

        if (!(v > 0))
            continue;
        n++;
        least = fmin(least, v);
        most = fmax(most, v);
        sum += v;
        squares += v * v;
    }
    (void)fprintf(stderr,
                  "manyi-scorer: %zu rows, %s: weights %.6g to %.6g, sum "
                  "%.10g, n_eff %.1f\n",
                  n, w->label, least, most, sum,
                  people_effective(sum, squares));
}

static enum status print(const struct weighing *w)
{
    enum status st =
        w->s->means
            ? means(w)
            : weigh_print_rows(w->s, w->weight, w->data.rows, stdout, w->err);

    if (st == ST_OK && fflush(stdout) != 0)
        st = ST_IO;
    if (st == ST_IO)
        return err_set(w->err, st, "standard output: cannot be written");
    if (st == ST_OK && !w->s->means)
        tell(w);
    return st;
}

static enum status work(const struct weigh_settings *s, struct err *err)
{
    struct weighing w = {.s = s, .err = err};
    enum status st = ST_OK;

    if (s->population)
        st = population_read(s->population, &w.population, err);
    if (st == ST_OK)
        st = weigh_read(s, w.population, &w.data, err);
    if (st == ST_OK)
        st = weigh(&w);
    if (st == ST_OK)
        st = print(&w);
    free(w.weight);
    raking_free(&w.raking);
    weigh_free(&w.data);
    population_free(&w.population);
    return st;
}

int command_weigh(int argc, char **argv)
{
    struct weigh_settings s = {.rule = raking_plain()};
    struct options *texts = NULL;
    struct err err = {"out of memory"};
    bool done = false;
    enum status st;

    taint_install();
    st = read_settings(argc, argv, &s, &texts, &done, &err);
    if (st == ST_OK && !done)
        st = work(&s, &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "manyi-scorer: %s\n", err.text);
    options_free(&texts);
    return status_exit(st);
}
