/* fit_settings.c - see fit_settings.h. */
#include "fit_settings.h"

#include <string.h>

#include "scorer/groups.h"
#include "scorer/predict.h"

/* "survey": as the definition says. */
static const char *const schemes[] = {"survey", "path", "centroid", "factorial",
                                      NULL};
static const char *const policies[] = {"survey", "mean", "pairwise", "complete",
                                       NULL};
static const char *const errors[] = {"none", "jackknife", "bootstrap", "auto",
                                     NULL};
static const char *const intervals[] = {"percentile", "bca", "studentised",
                                        NULL};
static const char *const techniques[] = {"direct", "earliest", NULL};
static const char *const formats[] = {"text", "json", NULL};

enum { OPTIONS_MAX = 48 }; /* room for all of the three lists */

bool fit_settings_design(const struct fit_settings *s)
{
    return s->label[FIT_STRATUM] || s->label[FIT_CLUSTER] ||
           s->label[FIT_POPULATION];
}

static enum status check_design(const struct fit_settings *s, struct err *err)
{
    if (s->request.store && s->label[FIT_POPULATION])
        return err_set(err, ST_INVALID, "--fpc names a column of --data");
    if (fit_settings_design(s) && s->errors != FIT_JACKKNIFE)
        return err_set(err, ST_INVALID,
                       "--strata, --cluster and --fpc leave out sampling "
                       "units: they go with --errors jackknife");
    return ST_OK;
}

/* What only another option would read. */
static enum status check_idle(const struct fit_settings *s, struct err *err)
{
    const struct fit_asked *a = &s->asked;

    if ((a->folds || a->repetitions || a->omission || a->technique) &&
        !a->report && !a->predict)
        return err_set(err, ST_INVALID,
                       "--technique, --folds, --repetitions and --omission go "
                       "with --predict or --report");
    if (a->permutations && !s->label[FIT_GROUP])
        return err_set(err, ST_INVALID, "--permutations goes with --group");
    return ST_OK;
}

static bool is(const char *word, const char *text, size_t len)
{
    return strlen(word) == len && memcmp(word, text, len) == 0;
}

static enum status refuse_measure(const char *text, size_t len, struct err *err)
{
    char list[256] = "";
    size_t at = 0;

    for (size_t i = 0; i < FIT_MEASURES && at < sizeof list; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s, ",
                               fit_measure_words[i]);
    return err_set(err, ST_INVALID,
                   "--measures: no '%.*s'; there are %sfixed, all", (int)len,
                   text, list);
}

static enum status read_measure(const char *text, size_t len,
                                struct fit_asked *asked, struct err *err)
{
    const bool all = is("all", text, len);
    bool known = all || is("fixed", text, len);

    asked->fixed |= known;
    for (size_t i = 0; i < FIT_MEASURES; i++)
        if (all || is(fit_measure_words[i], text, len)) {
            asked->measures |= FIT_MEASURE(i);
            known = true;
        }
    return known ? ST_OK : refuse_measure(text, len, err);
}

/* Words with commas between them. */
static enum status read_measures(const char *text, struct fit_asked *asked,
                                 struct err *err)
{
    enum status st = ST_OK;

    while (text && st == ST_OK) {
        const size_t len = strcspn(text, ",");

        st = read_measure(text, len, asked, err);
        text = text[len] ? text + len + 1 : NULL;
    }
    return st;
}

/* Of which kind the errors are. */
static enum status settle_errors(struct fit_settings *s, struct err *err)
{
    const bool drawn = s->draws || s->resamples;

    if (s->draws && s->resamples)
        return err_set(err, ST_INVALID,
                       "--bootstrap and --resamples exclude each other");
    if (drawn && (s->errors == FIT_NONE || s->errors == FIT_JACKKNIFE))
        return err_set(err, ST_INVALID,
                       "--errors %s excludes --bootstrap and --resamples",
                       errors[s->errors]);
    s->asked.tests = drawn || s->errors != FIT_AUTO;
    if (s->errors == FIT_AUTO)
        s->errors = drawn ? FIT_BOOTSTRAP : FIT_JACKKNIFE;
    return ST_OK;
}

static enum status check_settings(struct fit_settings *s, struct err *err)
{
    enum status st;

    if (!s->request.query.survey || !s->data == !s->request.store)
        return err_set(err, ST_INVALID,
                       "--survey is needed, and either --data or --store");
    if (s->scores && !s->data)
        return err_set(err, ST_INVALID, "--scores goes with --data");
    st = settle_errors(s, err);
    if (st != ST_OK)
        return st;
    if (s->moderate && s->asked.consistent)
        return err_set(err, ST_INVALID,
                       "--moderate works on scores, which --consistent does "
                       "without");
    if (s->interval && s->errors != FIT_BOOTSTRAP)
        return err_set(err, ST_INVALID,
                       "--interval is one of the bootstrap: --bootstrap N");
    if (!(s->level > 0 && s->level < 1))
        return err_set(err, ST_INVALID, "--level lies between 0 and 1");
    s->asked.fixed |= fit_settings_design(s);
    s->asked.errors = s->asked.fixed || s->interval || s->measures ||
                      s->level != ERRORS_LEVEL;
    s->asked.tests |= s->asked.errors;
    s->asked.groups = s->label[FIT_GROUP] != NULL;
    st = read_measures(s->measures, &s->asked, err);
    if (st == ST_OK)
        st = check_design(s, err);
    return st == ST_OK ? check_idle(s, err) : st;
}

/* Options are copied to `out`; how many. */
static size_t model_options(struct fit_settings *s, struct option_spec *out)
{
    const struct option_spec options[] = {
        {"data", OPTION_TEXT, &s->data, "FILE",
         "CSV with a column an item; - is standard input", NULL, 0, 0, true},
        {"scheme", OPTION_CHOICE, &s->scheme, "SCHEME", "inner weights",
         schemes, 0, 0, true},
        {"missing", OPTION_CHOICE, &s->missing, "POLICY", "missing answers",
         policies, 0, 0, true},
        {"consistent", OPTION_FLAG, &s->asked.consistent, NULL,
         "consistent estimates (PLSc)", NULL, 0, 0, true},
        {"moderate", OPTION_TEXT, &s->moderate, "LIST",
         "interactions FROM*BY:TO, with commas between them", NULL, 0, 0, true},
        {"weight", OPTION_TEXT, &s->weight, "COLUMN",
         "column with case weights", NULL, 0, 0, true}};

    memcpy(out, options, sizeof options);
    return sizeof options / sizeof *options;
}

static size_t error_options(struct fit_settings *s, struct option_spec *out)
{
    const struct option_spec options[] = {
        {"errors", OPTION_CHOICE, &s->errors, "KIND", "standard errors", errors,
         0, 0, true},
        {"bootstrap", OPTION_COUNT, &s->draws, "N",
         "bootstrap with N resamples; 0: 1000", NULL, 0, BOOTSTRAP_MAX, true},
        {"seed", OPTION_COUNT, &s->seed, "S", "of the resamples drawn", NULL, 0,
         INT64_MAX, true},
        {"resamples", OPTION_TEXT, &s->resamples, "FILE",
         "bootstrap with these: row numbers, one resample a line", NULL, 0, 0,
         true},
        {"interval", OPTION_CHOICE, &s->interval, "KIND",
         "of a bootstrap (default: percentile)", intervals, 0, 0, true},
        {"level", OPTION_REAL, &s->level, "PART",
         "that intervals cover (default: 0.95)", NULL, 0, 1, true},
        {"measures", OPTION_TEXT, &s->measures, "LIST",
         "print errors and intervals of these", NULL, 0, 0, true},
        {"strata", OPTION_TEXT, &s->label[FIT_STRATUM], "COLUMN",
         "column with the stratum of the draw", NULL, 0, 0, true},
        {"cluster", OPTION_TEXT, &s->label[FIT_CLUSTER], "COLUMN",
         "column with the sampling unit in its stratum", NULL, 0, 0, true},
        {"fpc", OPTION_TEXT, &s->label[FIT_POPULATION], "COLUMN",
         "column with the units, or the part drawn, of the stratum", NULL, 0, 0,
         true}};

    memcpy(out, options, sizeof options);
    return sizeof options / sizeof *options;
}

static size_t other_options(struct fit_settings *s, struct option_spec *out)
{
    const struct option_spec options[] = {
        {"predict", OPTION_FLAG, &s->asked.predict, NULL,
         "how well unseen answers are predicted", NULL, 0, 0, true},
        {"technique", OPTION_CHOICE, &s->asked.technique, "NAME",
         "of prediction (default: direct)", techniques, 0, 0, true},
        {"folds", OPTION_TEXT, &s->asked.folds, "K|FILE",
         "how many (default: 10), or a file of them", NULL, 0, 0, true},
        {"repetitions", OPTION_COUNT, &s->asked.repetitions, "N",
         "of prediction, with other folds (default: 10)", NULL, 1,
         PREDICT_REPETITIONS_MAX, true},
        {"omission", OPTION_COUNT, &s->asked.omission, "D",
         "distance, of blindfolding (default: 7)", NULL, 2, BLINDFOLD_MAX,
         true},
        {"group", OPTION_TEXT, &s->label[FIT_GROUP], "COLUMN",
         "compare the groups that this column names", NULL, 0, 0, true},
        {"permutations", OPTION_COUNT, &s->asked.permutations, "N",
         "of groups (default: 1000)", NULL, 1, GROUPS_REPLICATES_MAX, true},
        {"codes", OPTION_TEXT, &s->codes, "DIR",
         "code tables: names in --where", NULL, 0, 0, true},
        {"encoding", OPTION_TEXT, &s->encoding, "NAME",
         "of the CSV: utf-8 or gb18030", NULL, 0, 0, true},
        {"report", OPTION_FLAG, &s->asked.report, NULL,
         "say how good the model is", NULL, 0, 0, true},
        {"scores", OPTION_TEXT, &s->scores, "FILE",
         "write scores and indices of every row, as CSV", NULL, 0, 0, true},
        {"threads", OPTION_COUNT, &s->threads, "N", "for replicates", NULL, 1,
         THREADS_MAX, true},
        {"format", OPTION_CHOICE, &s->format, "FORMAT", "of the result",
         formats, 0, 0, true}};

    memcpy(out, options, sizeof options);
    return sizeof options / sizeof *options;
}

enum status fit_settings_read(int argc, char **argv, int64_t now,
                              struct fit_settings *s, bool *done,
                              struct err *err)
{
    struct option_spec options[OPTIONS_MAX];
    const size_t model = model_options(s, options);
    const size_t error = model + error_options(s, options + model);
    const size_t count = error + other_options(s, options + error);
    const struct program program = {
        .name = "manyi-scorer fit",
        .usage = "--survey FILE --data FILE.csv [OPTION]...\n"
                 "       --survey CODE --store URL [--from DATE] [--to DATE] "
                 "[OPTION]...",
        .summary = "Estimate the model of a survey from a file of answers, or "
                   "from a store.",
        .options = options,
        .count = count};
    enum status st =
        request_read_rows(&program, argc, argv, now, &s->request, done, err);

    return st == ST_OK && !*done ? check_settings(s, err) : st;
}
