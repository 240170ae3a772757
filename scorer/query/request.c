/* request.c - see scorer/request.h. */
#include "scorer/request.h"

#include <math.h>
#include <stdlib.h>

#include "request_texts.h"
#include "scorer/remote.h"
#include "surveys/period.h"

enum status request_open(const struct request *r, struct engine **out,
                         struct err *err)
{
    const struct engine_place p = {r->store, r->cube, r->key, r->server_key};

    return engine_open_at(&p, out, err);
}

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
static enum status take_wheres(int *argc, char **argv, struct request_words *w,
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
    if (dimension_find(word, len, out))
        return ST_OK;
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
static enum status read_period(const struct request_words *w, int64_t now,
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

enum status request_days(const char *option, const char *text, int32_t *from,
                         int32_t *to, struct err *err)
{
    const char *dots = strstr(text, "..");
    const size_t len = dots ? (size_t)(dots - text) : strlen(text);
    struct err cause = {""};
    char word[PERIOD_TEXT];
    int32_t first = 0, last = 0;
    enum status st;

    if (len >= sizeof word)
        return err_set(err, ST_INVALID, "--%s: '%.100s' is not FROM..TO",
                       option, text);
    snprintf(word, sizeof word, "%.*s", (int)len, text);
    st = period_parse_day(word, false, &first, &cause);
    if (st == ST_OK && dots)
        st = period_parse_day(dots + 2, true, &last, &cause);
    else if (st == ST_OK)
        last = period_last(period_month(first));
    if (st == ST_OK && first > last)
        st = err_set(&cause, ST_INVALID, "the first is later");
    if (st != ST_OK)
        return err_set(err, st, "--%s: %.400s", option, cause.text);
    *from = first;
    *to = last;
    return ST_OK;
}

static enum status read_base(const struct request_words *w, struct query *q,
                             struct err *err)
{
    q->weights = (enum weights_base)w->weights;
    if (q->weights == WEIGHTS_REFIT)
        return w->base ? err_set(err, ST_INVALID,
                                 "--base goes with --item-weights frozen")
                       : ST_OK;
    if (!w->base)
        return err_set(err, ST_INVALID,
                       "--item-weights frozen needs --base FROM..TO");
    return request_days("base", w->base, &q->base_from, &q->base_to, err);
}

/* A serve has the file itself. */
static enum status read_rollup(const struct request_words *w, bool served,
                               struct query *q, struct err *err)
{
    const bool by_file =
        w->rollup == ROLLUP_USERS || w->rollup == ROLLUP_REVENUE;

    q->rollup = (enum rollup)w->rollup;
    q->rollup_file = w->rollup_file;
    if (w->rollup_file ? !by_file : by_file && !served)
        return err_set(err, ST_INVALID,
                       "--rollup users and revenue go with --rollup-file, and "
                       "it with them");
    return ST_OK;
}

/* "0.3,3" */
static enum status read_limits(const char *text, struct query *q,
                               struct err *err)
{
    char *end = NULL;

    q->weight_low = strtod(text, &end);
    if (end != text && *end == ',') {
        text = end + 1;
        q->weight_high = strtod(text, &end);
    } else {
        end = NULL;
    }
    if (!end || end == text || *end || !(q->weight_low >= 0) ||
        !(q->weight_low <= 1) || !(q->weight_high >= 1) ||
        !isfinite(q->weight_high))
        return err_set(err, ST_INVALID,
                       "--weight-limits: LOW,HIGH in parts of the mean weight, "
                       "LOW 0 to 1 and HIGH 1 or more");
    return ST_OK;
}

static enum status read_weighting(const struct request_words *w, bool served,
                                  struct query *q, struct err *err)
{
    const bool by_file = w->weighting == WEIGHTING_POPULATION;

    q->weighting = (enum weighting_kind)w->weighting;
    q->population = w->population;
    if (w->population ? !by_file : by_file && !served)
        return err_set(err, ST_INVALID,
                       "--weighting population and --population FILE go "
                       "together");
    if (w->limits && q->weighting != WEIGHTING_POPULATION)
        return err_set(err, ST_INVALID,
                       "--weight-limits goes with --weighting population");
    return w->limits ? read_limits(w->limits, q, err) : ST_OK;
}

static enum status understand(enum request_kind kind,
                              const struct request_words *w, int64_t now,
                              struct request *r, struct err *err)
{
    struct query *q = &r->query;
    enum status st = ST_OK;

    q->survey = w->survey;
    if (kind == REQUEST_ROWS && !r->store)
        return w->from || w->to || w->frame || w->where || w->wheres
                   ? err_set(err, ST_INVALID,
                             "--from, --to, --where and --frame go with "
                             "--store")
                   : ST_OK;
    if (!r->store || !w->survey)
        return err_set(err, ST_INVALID, "--store and --survey are needed");
    q->construct = w->construct;
    q->reader = (enum reader)w->reader;
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
    if (st == ST_OK)
        st = read_weighting(w, place_served(r->store), q, err);
    return st == ST_OK ? read_rollup(w, place_served(r->store), q, err) : st;
}

static enum status read_options(const struct program *extra,
                                enum request_kind kind, int argc, char **argv,
                                struct request_words *w, struct request *r,
                                bool *done, struct err *err)
{
    struct option_spec *all =
        calloc(REQUEST_OPTIONS_MAX + extra->count, sizeof *all);
    struct program p = *extra;
    int first = 0;
    enum status st;

    if (!all)
        return ST_NOMEM;
    p.options = all;
    p.count = request_options(kind, w, r, all);
    for (size_t i = 0; i < extra->count; i++)
        all[p.count++] = extra->options[i];
    st = options_read(&p, argc, argv, &r->texts->options, &first, done, err);
    if (st == ST_OK && !*done && first < argc)
        st = err_set(err, ST_INVALID, "unexpected argument: %s", argv[first]);
    free(all);
    return st;
}

static enum status read_request(const struct program *extra,
                                enum request_kind kind, int argc, char **argv,
                                int64_t now, struct request *out, bool *done,
                                struct err *err)
{
    struct request r = {.texts = calloc(1, sizeof *r.texts)};
    struct request_words w = {0};
    enum status st = r.texts ? take_wheres(&argc, argv, &w, err) : ST_NOMEM;

    if (st == ST_OK)
        st = read_options(extra, kind, argc, argv, &w, &r, done, err);
    if (st == ST_OK && !*done)
        st = understand(kind, &w, now, &r, err);
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
    return read_request(extra, REQUEST_SCORES, argc, argv, now, out, done, err);
}

enum status request_read_rows(const struct program *extra, int argc,
                              char **argv, int64_t now, struct request *out,
                              bool *done, struct err *err)
{
    return read_request(extra, REQUEST_ROWS, argc, argv, now, out, done, err);
}

enum status request_dimension(const char *option, const char *word,
                              enum dimension *out, struct err *err)
{
    return find_dimension(option, word, strlen(word), out, err);
}
