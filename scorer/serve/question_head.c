/* head.c - what every question begins with, and in what order it is read. */
#include <stdlib.h>

#include "fields.h"
#include "question_read.h"
#include "surveys/period.h"

/* Found before the rest, wherever they stand. */
struct head {
    bool version, type, ask, kind;
    bool describe;
    char kind_name[ASK_TEXT_MAX];
};

static void note(const struct wire_value *key, const struct wire_value *v,
                 struct head *h, uint64_t *ask)
{
    if (value_is(key, "v"))
        h->version = v->kind == WIRE_UINT && v->number == ASK_VERSION;
    else if (value_is(key, "type")) {
        h->describe = value_is(v, "describe");
        h->type = h->describe || value_is(v, "query");
    } else if (value_is(key, "ask") && v->kind == WIRE_UINT) {
        *ask = v->number;
        h->ask = true;
    } else if (value_is(key, "kind"))
        h->kind = value_text(v, sizeof h->kind_name, h->kind_name);
}

static enum trouble find_head(struct reading *r, struct head *h)
{
    struct fields at = r->in;
    const struct wire_value map = fields_next(&at);

    if (map.kind != WIRE_MAP) {
        (void)err_set(r->err, ST_INVALID, "a map is wanted");
        return TROUBLE_MALFORMED;
    }
    for (size_t i = 0; i < map.len; i++) {
        const struct wire_value key = fields_next(&at);
        struct fields value = at;
        const struct wire_value v = fields_next(&value);

        note(&key, &v, h, &r->q->ask);
        fields_skip(&at);
    }
    if (!h->version) {
        (void)err_set(r->err, ST_INVALID, "v: %d is wanted", ASK_VERSION);
        return TROUBLE_PROTOCOL;
    }
    if (!h->type) {
        (void)err_set(r->err, ST_INVALID, "type: query or describe");
        return TROUBLE_TYPE;
    }
    return h->ask ? TROUBLE_NONE : wrong(r, "ask", "a number is wanted");
}

static enum trouble find_kind(struct reading *r, const struct head *h)
{
    if (!h->kind)
        return wrong(r, "kind", "a text is wanted");
    r->q->kind = kind_find(h->kind_name);
    if (r->q->kind)
        return TROUBLE_NONE;
    (void)err_set(r->err, ST_NOTFOUND,
                  "no such kind of question; describe lists them");
    return TROUBLE_NOT_FOUND;
}

/* A key that nobody knows is told, if it can be. */
static enum trouble unknown(struct reading *r, const struct wire_value *key)
{
    char name[33];
    bool plain = value_text(key, sizeof name, name);

    for (const char *c = name; plain && *c; c++)
        plain = (*c >= 'a' && *c <= 'z') || *c == '_';
    (void)err_set(r->err, ST_INVALID, "unknown field%s%s", plain ? " " : "",
                  plain ? name : "");
    return TROUBLE_FIELD;
}

static const struct field *find_field(const struct wire_value *key)
{
    for (size_t i = 0; i < question_fields; i++)
        if (value_is(key, question_field[i].name))
            return &question_field[i];
    return NULL;
}

static bool of_head(const struct wire_value *key)
{
    return value_is(key, "v") || value_is(key, "type") ||
           value_is(key, "ask") || value_is(key, "kind");
}

static enum trouble read_fields(struct reading *r)
{
    const struct wire_value map = fields_next(&r->in);
    uint32_t seen = 0;

    for (size_t i = 0; i < map.len; i++) {
        const struct wire_value key = fields_next(&r->in);
        const struct field *f = r->q->describe ? NULL : find_field(&key);
        struct fields ahead = r->in;
        enum trouble t;

        if (of_head(&key) && !(r->q->describe && value_is(&key, "kind"))) {
            fields_skip(&r->in);
            continue;
        }
        if (!f)
            return unknown(r, &key);
        if (seen & 1u << (f - question_field))
            return wrong(r, f->name, "told twice");
        seen |= 1u << (f - question_field);
        if (fields_next(&ahead).kind == WIRE_NIL) {
            r->in = ahead;
            continue;
        }
        t = f->read(r);
        if (t != TROUBLE_NONE)
            return t;
    }
    if (!r->q->describe && !r->survey)
        return wrong(r, "survey", "missing");
    if (r->base != (r->q->query.weights == WEIGHTS_FROZEN))
        return wrong(r, "base",
                     "goes with item_weights frozen, and it with it");
    return TROUBLE_NONE;
}

/* One end alone means its month; none, the month of `now`. */
static enum trouble read_period(struct reading *r, int64_t now)
{
    struct query *q = &r->q->query;
    int32_t month = period_month(period_day(now));

    if (r->from && period_parse_day(r->from, false, &q->from, NULL) != ST_OK)
        return wrong(r, "from", "no date");
    if (r->to && period_parse_day(r->to, true, &q->to, NULL) != ST_OK)
        return wrong(r, "to", "no date");
    if (r->from || r->to)
        month = period_month(r->from ? q->from : q->to);
    if (!r->from)
        q->from = period_first(month);
    if (!r->to)
        q->to = period_last(month);
    return TROUBLE_NONE;
}

/* Every text takes a byte more in the frame than it has, and so it does here;
 * every code takes one at least. */
static enum trouble make_room(struct reading *r, size_t len)
{
    const size_t most = 2 * ASK_FILTERS_MAX * ASK_CODES_MAX;

    r->q->text = malloc(len + ASK_OPTIONS_MAX * NUMBER_TEXT);
    r->q->code = calloc(len < most ? len : most, sizeof *r->q->code);
    r->text = r->q->text;
    r->code = r->q->code;
    return r->text && r->code ? TROUBLE_NONE : TROUBLE_MEMORY;
}

static enum trouble read_all(struct reading *r, size_t len, int64_t now)
{
    struct head h = {0};
    enum trouble t = find_head(r, &h);

    r->q->describe = h.describe;
    if (t == TROUBLE_NONE && !h.describe)
        t = find_kind(r, &h);
    if (t == TROUBLE_NONE)
        t = make_room(r, len);
    if (t == TROUBLE_NONE)
        t = read_fields(r);
    if (t == TROUBLE_NONE && !h.describe)
        t = read_period(r, now);
    return t;
}

enum trouble question_read(const uint8_t *frame, size_t len, int64_t now,
                           struct question *out, struct err *err)
{
    struct question q = {0};
    struct reading r = {.in = {frame, frame + len}, .q = out, .err = err};
    enum trouble t;

    *out = q;
    if (wire_scan(frame, len) != REASON_NONE) {
        (void)err_set(err, ST_INVALID, "not a message of ours");
        return TROUBLE_MALFORMED;
    }
    t = read_all(&r, len, now);
    if (t != TROUBLE_NONE) {
        q.ask = out->ask;
        question_free(out);
        *out = q;
    }
    return t;
}

void question_free(struct question *q)
{
    free(q->text);
    free(q->code);
    free(q->scope_text);
    free(q->scope_code);
    *q = (struct question){0};
}
