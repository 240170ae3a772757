/* kind.c - see scorer/kind.h: settings, and asking. */
#include "scorer/kind.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "engine_handle.h"
#include "scorer/live.h"
#include "scorer/remote.h"

const struct query_kind *kind_find(const char *name)
{
    for (size_t i = 0; query_kinds[i]; i++)
        if (streq(query_kinds[i]->name, name))
            return query_kinds[i];
    return NULL;
}

static const struct kind_option *option_of(const struct query_kind *k,
                                           const char *name)
{
    for (size_t i = 0; i < k->options; i++)
        if (streq(k->option[i].name, name))
            return &k->option[i];
    return NULL;
}

/* ---- what a text says ---- */

static bool read_real(const char *text, double *out)
{
    char *end;

    *out = strtod(text, &end);
    return end != text && !*end && isfinite(*out);
}

static bool read_count(const char *text, int64_t *out)
{
    char *end;
    long long v;

    errno = 0;
    v = strtoll(text, &end, 10);
    *out = v;
    return end != text && !*end && errno == 0;
}

static int read_choice(const struct kind_option *o, const char *text)
{
    for (int i = 0; o->choices[i]; i++)
        if (streq(o->choices[i], text))
            return i;
    return -1;
}

static bool in_range(const struct kind_option *o, double v)
{
    return (o->min == 0 && o->max == 0) ||
           (v >= (double)o->min && v <= (double)o->max);
}

static enum status refuse_choice(const struct kind_option *o, const char *text,
                                 struct err *err)
{
    char words[200] = "";

    for (int i = 0; o->choices[i]; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 i ? ", " : "", o->choices[i]);
    return err_set(err, ST_INVALID, "--%s: '%.100s' is none of %s", o->name,
                   text, words);
}

static enum status check_value(const struct kind_option *o, const char *text,
                               struct err *err)
{
    double real = 0;
    int64_t count = 0;

    if (o->kind == OPTION_CHOICE && read_choice(o, text) < 0)
        return refuse_choice(o, text, err);
    if (o->kind == OPTION_REAL && !read_real(text, &real))
        return err_set(err, ST_INVALID, "--%s: '%.100s' is no number", o->name,
                       text);
    if (o->kind == OPTION_COUNT && !read_count(text, &count))
        return err_set(err, ST_INVALID, "--%s: '%.100s' is no whole number",
                       o->name, text);
    if (o->kind == OPTION_COUNT)
        real = (double)count;
    if ((o->kind == OPTION_REAL || o->kind == OPTION_COUNT) &&
        !in_range(o, real))
        return err_set(err, ST_RANGE, "--%s: %.100s is not from %lld to %lld",
                       o->name, text, (long long)o->min, (long long)o->max);
    return ST_OK;
}

enum status kind_check(const struct query_kind *k, const struct query *q,
                       struct err *err)
{
    for (size_t i = 0; i < q->settings; i++) {
        const struct query_setting *s = &q->setting[i];
        const struct kind_option *o = option_of(k, s->name);
        enum status st;

        if (!o)
            return err_set(err, ST_INVALID, "%s has no option '%.100s'",
                           k->name, s->name);
        for (size_t j = 0; j < i; j++)
            if (streq(q->setting[j].name, s->name))
                return err_set(err, ST_INVALID, "--%s: told twice", s->name);
        st = check_value(o, s->value, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

const char *query_text(const struct query *q, const char *name,
                       const char *otherwise)
{
    for (size_t i = 0; i < q->settings; i++)
        if (streq(q->setting[i].name, name))
            return q->setting[i].value;
    return otherwise;
}

bool query_flag(const struct query *q, const char *name)
{
    return query_text(q, name, NULL) != NULL;
}

int64_t query_count(const struct query *q, const char *name, int64_t otherwise)
{
    const char *text = query_text(q, name, NULL);

    if (text)
        (void)read_count(text, &otherwise);
    return otherwise;
}

double query_real(const struct query *q, const char *name, double otherwise)
{
    const char *text = query_text(q, name, NULL);

    if (text)
        (void)read_real(text, &otherwise);
    return otherwise;
}

int query_choice(const struct query_kind *k, const struct query *q,
                 const char *name, int otherwise)
{
    const char *text = query_text(q, name, NULL);

    return text ? read_choice(option_of(k, name), text) : otherwise;
}

/* ---- asking ---- */

static enum status answer(struct engine *e, const struct query_kind *k,
                          const struct query *q, struct result *out,
                          struct err *err)
{
    struct result r = {0};
    enum status st = k->answer(e, q, &r, err);

    if (st == ST_OK)
        st = result_end(&r);
    if (st == ST_OK)
        st = engine_name(e, k->name, q, r.query, err);
    if (r.met && !r.rows)
        r.notes = 0; /* on numbers that are not there */
    if (st == ST_OK && r.met && !r.met[0])
        st = engine_elsewhere(e, q, r.elsewhere, err);
    r.watermark = *engine_watermark(e);
    r.day = q->to;
    if (st == ST_OK)
        *out = r;
    else
        result_free(&r);
    return st;
}

static enum status may_ask(const struct query_kind *k, const struct query *q,
                           struct err *err)
{
    const enum status st = kind_check(k, q, err);

    if (st == ST_OK && k->analysts && q->reader != READER_ANALYST)
        return err_set(err, ST_REFUSED, "%s is for analysts", k->name);
    return st;
}

enum status engine_answer(struct engine *e, const struct query_kind *k,
                          const struct query *q, int64_t deadline,
                          struct result *out, struct err *err)
{
    enum status st = may_ask(k, q, err);

    e->cells->deadline = deadline;
    if (st == ST_OK)
        st = answer(e, k, q, out, err);
    e->cells->deadline = 0;
    return st;
}

static enum status ask_once(struct engine *e, const struct query_kind *k,
                            const struct query *q, struct result *out,
                            struct err *err)
{
    const enum status st = engine_update(e, err);

    return st == ST_OK ? answer(e, k, q, out, err) : st;
}

enum status engine_ask(struct engine *e, const struct query_kind *k,
                       const struct query *q, struct result *out,
                       struct err *err)
{
    enum status st = may_ask(k, q, err);

    if (st != ST_OK)
        return st;
    if (e->remote)
        return remote_ask(e->remote, k, q, out, err);
    st = ask_once(e, k, q, out, err);
    if (engine_mended(e, &st, err))
        st = ask_once(e, k, q, out, err);
    return st;
}
