/* request.c - see scorer/request.h. */
#include "scorer/request.h"

#include <stdlib.h>

#include "request_texts.h"
#include "surveys/period.h"

/* What was written, before it is understood. */
struct words {
    const char *survey, *from, *to, *by, *where, *frame, *base, *construct,
        *rollup_file;
    int weights, rollup;
    size_t wheres;
    const char *each_where[FILTERS_MAX];
};

static const char *const weight_words[] = {"refit", "frozen", NULL};
static const char *const rollup_words[] = {"equal", "design", "users",
                                           "revenue", NULL};

void request_free(struct request *r)
{
    struct request_texts *t = r->texts;

    if (!t)
        return;
    for (size_t i = 0; i < FILTERS_MAX; i++) {
        free(t->codes[i]);
        free(t->copy[i]);
    }
    options_free(&t->options);
    free(t);
    r->texts = NULL;
}

/* Take every --where out of argv: the option table keeps one value only. */
static enum status take_wheres(int *argc, char **argv, struct words *w,
                               struct err *err)
{
    static const char joined[] = "--where=";
    int kept = 1, i = 1;

    for (; i < *argc && !streq(argv[i], "--"); i++) {
        const char *value = NULL;

        if (strncmp(argv[i], joined, sizeof joined - 1) == 0)
            value = argv[i] + sizeof joined - 1;
        else if (streq(argv[i], "--where") && i + 1 < *argc)
            value = argv[++i];
        if (!value)
            argv[kept++] = argv[i];
        else if (w->wheres == FILTERS_MAX - 1)
            return err_set(err, ST_RANGE, "--where: over %d of them",
                           FILTERS_MAX - 1);
        else
            w->each_where[w->wheres++] = value;
    }
    while (i < *argc)
        argv[kept++] = argv[i++];
    argv[kept] = NULL;
    *argc = kept;
    return ST_OK;
}

/* The next of the words that commas part, of *rest; *len of 0: an empty one;
 * false: no more. */
static bool next_word(const char **rest, const char **word, size_t *len)
{
    if (!*rest)
        return false;
    *word = *rest;
    *len = strcspn(*rest, ",");
    *rest = (*rest)[*len] ? *rest + *len + 1 : NULL;
    return true;
}

static enum status find_dimension(const char *option, const char *word,
                                  size_t len, enum dimension *out,
                                  struct err *err)
{
    for (enum dimension d = DIM_PERIOD; d < DIMENSIONS; d++)
        if (strlen(dimension_name(d)) == len &&
            strncmp(dimension_name(d), word, len) == 0) {
            *out = d;
            return ST_OK;
        }
    return err_set(err, ST_INVALID,
                   "--%s: no dimension '%.*s'; there are period, operator, "
                   "product, province, org, channel, entry, frame, "
                   "touchpoint, class, stratum, attribute1 to attribute%d",
                   option, (int)len, word, ATTRIBUTES_MAX);
}

static enum status read_by(const char *text, struct request *r, struct err *err)
{
    const char *rest = text, *word;
    size_t len;

    while (next_word(&rest, &word, &len)) {
        enum status st;

        if (r->query.by_count == DIMENSIONS)
            return err_set(err, ST_INVALID, "--by: too many dimensions");
        st = find_dimension("by", word, len, &r->texts->by[r->query.by_count],
                            err);
        if (st != ST_OK)
            return st;
        r->query.by_count++;
    }
    r->query.by = r->texts->by;
    return ST_OK;
}

/* "province=11,31" */
static enum status read_where(const char *text, struct request_texts *t,
                              struct err *err)
{
    const size_t name = strcspn(text, "=");
    struct query_filter *f = &t->filter[t->filters];
    size_t count = 1;
    char *at;
    enum status st;

    if (!text[name])
        return err_set(err, ST_INVALID, "--where: '%s' is not DIMENSION=CODE",
                       text);
    st = find_dimension("where", text, name, &f->dimension, err);
    if (st != ST_OK)
        return st;
    for (const char *p = text; *p; p++)
        count += *p == ',';
    if (count > CODES_PER_FILTER_MAX)
        return err_set(err, ST_RANGE, "--where %.*s: over %d codes", (int)name,
                       text, CODES_PER_FILTER_MAX);
    at = strdup(text + name + 1);
    t->copy[t->filters] = at;
    t->codes[t->filters] = calloc(count, sizeof(const char *));
    if (!at || !t->codes[t->filters])
        return ST_NOMEM;
    for (size_t i = 0; i < count; i++) {
        t->codes[t->filters][i] = at;
        at += strcspn(at, ",");
        if (*at)
            *at++ = '\0';
    }
    f->count = count;
    f->codes = t->codes[t->filters++];
    return ST_OK;
}

static enum status read_frames(const char *text, uint32_t *frames,
                               struct err *err)
{
    const char *rest = text, *word;
    size_t len;

    while (next_word(&rest, &word, &len)) {
        char name[CODE_MAX + 1];
        uint8_t frame;

        snprintf(name, sizeof name, "%.*s", (int)len, word);
        if (len > CODE_MAX || !frame_parse(name, &frame))
            return err_set(err, ST_INVALID,
                           "--frame: no frame '%.*s'; there are invited, "
                           "open, third, regulator, internal, test",
                           (int)len, word);
        *frames |= 1u << frame;
    }
    return ST_OK;
}

/* One end alone means its month; none, the month of `now`. */
static enum status read_period(const struct words *w, int64_t now,
                               struct query *q, struct err *err)
{
    struct err cause = {""};
    int32_t month = period_month(period_day(now));
    enum status st = ST_OK;

    if (w->from)
        st = period_parse_day(w->from, false, &q->from, &cause);
    if (st != ST_OK)
        return err_set(err, st, "--from: %s", cause.text);
    if (w->to)
        st = period_parse_day(w->to, true, &q->to, &cause);
    if (st != ST_OK)
        return err_set(err, st, "--to: %s", cause.text);
    if (w->from || w->to)
        month = period_month(w->from ? q->from : q->to);
    if (!w->from)
        q->from = period_first(month);
    if (!w->to)
        q->to = period_last(month);
    if (q->from > q->to)
        return err_set(err, ST_INVALID, "--from is later than --to");
    return ST_OK;
}

/* "2026-01..2026-06" */
static enum status read_base(const struct words *w, struct query *q,
                             struct err *err)
{
    const char *dots = w->base ? strstr(w->base, "..") : NULL;
    struct err cause = {""};
    char from[PERIOD_TEXT];
    enum status st;

    q->weights = (enum weights_base)w->weights;
    if (q->weights == WEIGHTS_REFIT)
        return w->base ? err_set(err, ST_INVALID,
                                 "--base goes with --item-weights frozen")
                       : ST_OK;
    if (!dots || (size_t)(dots - w->base) >= sizeof from)
        return err_set(err, ST_INVALID,
                       "--item-weights frozen needs --base FROM..TO");
    snprintf(from, sizeof from, "%.*s", (int)(dots - w->base), w->base);
    st = period_parse_day(from, false, &q->base_from, &cause);
    if (st == ST_OK)
        st = period_parse_day(dots + 2, true, &q->base_to, &cause);
    if (st != ST_OK)
        return err_set(err, st, "--base: %s", cause.text);
    if (q->base_from > q->base_to)
        return err_set(err, ST_INVALID, "--base: the first is later");
    return ST_OK;
}

static enum status read_rollup(const struct words *w, struct query *q,
                               struct err *err)
{
    const bool by_file =
        w->rollup == ROLLUP_USERS || w->rollup == ROLLUP_REVENUE;

    q->rollup = (enum rollup)w->rollup;
    q->rollup_file = w->rollup_file;
    if (by_file != (w->rollup_file != NULL))
        return err_set(err, ST_INVALID,
                       "--rollup users and revenue go with --rollup-file, and "
                       "it with them");
    return ST_OK;
}

static enum status understand(const struct words *w, int64_t now,
                              struct request *r, struct err *err)
{
    struct query *q = &r->query;
    enum status st = ST_OK;

    if (!r->store || !w->survey)
        return err_set(err, ST_INVALID, "--store and --survey are needed");
    q->survey = w->survey;
    q->construct = w->construct;
    if (w->by)
        st = read_by(w->by, r, err);
    for (size_t i = 0; i < w->wheres && st == ST_OK; i++)
        st = read_where(w->each_where[i], r->texts, err);
    if (st == ST_OK && w->where)
        st = read_where(w->where, r->texts, err);
    q->filters = r->texts->filters;
    q->filter = r->texts->filter;
    if (st == ST_OK && w->frame)
        st = read_frames(w->frame, &q->frames, err);
    if (st == ST_OK)
        st = read_period(w, now, q, err);
    if (st == ST_OK)
        st = read_base(w, q, err);
    return st == ST_OK ? read_rollup(w, q, err) : st;
}

enum { SELECTION_OPTIONS = 6 };

/* `scores`: also the options that are about indices. */
static enum status read_options(const struct program *extra, bool scores,
                                int argc, char **argv, struct words *w,
                                struct request *r, bool *done, struct err *err)
{
    const struct option_spec shared[] = {
        {"store", OPTION_TEXT, &r->store, "URL", "sqlite:FILE", NULL, 0, 0,
         true},
        {"survey", OPTION_TEXT, &w->survey, "CODE", "survey or family", NULL, 0,
         0, true},
        {"from", OPTION_TEXT, &w->from, "DATE",
         "first local day or month of the events", NULL, 0, 0, true},
        {"to", OPTION_TEXT, &w->to, "DATE",
         "last one (default: of its month; neither: this month)", NULL, 0, 0,
         true},
        {"by", OPTION_TEXT, &w->by, "DIMENSIONS",
         "split by these, with commas between", NULL, 0, 0, true},
        {"where", OPTION_TEXT, &w->where, "DIMENSION=CODE[,CODE]...",
         "only these; may be given again", NULL, 0, 0, true},
        /* the rest is about indices */
        {"frame", OPTION_TEXT, &w->frame, "FRAMES",
         "how they came to be asked (default: invited)", NULL, 0, 0, true},
        {"item-weights", OPTION_CHOICE, &w->weights, "HOW",
         "fitted on the period, or on a base", weight_words, 0, 0, true},
        {"base", OPTION_TEXT, &w->base, "FROM..TO",
         "months that frozen item weights are fitted on", NULL, 0, 0, true},
        {"rollup", OPTION_CHOICE, &w->rollup, "HOW",
         "weights of a family's surveys", rollup_words, 0, 0, true},
        {"rollup-file", OPTION_TEXT, &w->rollup_file, "CSV",
         "columns product, users, revenue", NULL, 0, 0, true},
        {"construct", OPTION_TEXT, &w->construct, "CODE",
         "this one only (default: all)", NULL, 0, 0, true},
        {"cube", OPTION_TEXT, &r->cube, "FILE",
         "sums kept between runs (default: beside the store)", NULL, 0, 0,
         true},
    };
    struct option_spec *all = NULL;
    struct program p = *extra;
    const size_t count =
        scores ? sizeof shared / sizeof *shared : SELECTION_OPTIONS;
    int first = 0;
    enum status st;

    all = calloc(count + extra->count + 1, sizeof *all);
    if (!all)
        return ST_NOMEM;
    memcpy(all, shared, count * sizeof *all);
    if (extra->count)
        memcpy(all + count, extra->options, extra->count * sizeof *all);
    p.options = all;
    p.count = count + extra->count;
    st = options_read(&p, argc, argv, &r->texts->options, &first, done, err);
    if (st == ST_OK && !*done && first < argc)
        st = err_set(err, ST_INVALID, "unexpected argument: %s", argv[first]);
    free(all);
    return st;
}

static enum status read_request(const struct program *extra, bool scores,
                                int argc, char **argv, int64_t now,
                                struct request *out, bool *done,
                                struct err *err)
{
    struct request r = {.texts = calloc(1, sizeof *r.texts)};
    struct words w = {0};
    enum status st = r.texts ? take_wheres(&argc, argv, &w, err) : ST_NOMEM;

    if (st == ST_OK)
        st = read_options(extra, scores, argc, argv, &w, &r, done, err);
    if (st == ST_OK && !*done)
        st = understand(&w, now, &r, err);
    if (st == ST_OK)
        *out = r;
    else
        request_free(&r);
    return st;
}

enum status request_read(const struct program *extra, int argc, char **argv,
                         int64_t now, struct request *out, bool *done,
                         struct err *err)
{
    return read_request(extra, true, argc, argv, now, out, done, err);
}

enum status request_read_selection(const struct program *extra, int argc,
                                   char **argv, int64_t now,
                                   struct request *out, bool *done,
                                   struct err *err)
{
    return read_request(extra, false, argc, argv, now, out, done, err);
}
