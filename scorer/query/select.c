/* select.c - what a query asks for: its rules, its forms, its name. */
#include <stdlib.h>

#include <errno.h>
#include <math.h>
#include <sodium.h>

#include "engine_handle.h"
#include "surveys/csv.h"

static enum status check_dimensions(const struct query *q, struct err *err)
{
    uint32_t seen = 0;

    for (size_t i = 0; i < q->by_count; i++) {
        if (q->by[i] >= DIMENSIONS)
            return err_set(err, ST_INVALID, "no such dimension");
        if (seen & 1u << q->by[i])
            return err_set(err, ST_INVALID, "split twice by %s",
                           dimension_name(q->by[i]));
        seen |= 1u << q->by[i];
    }
    return ST_OK;
}

enum status query_check(const struct query *q, struct err *err)
{
    if (q->from > q->to)
        return err_set(err, ST_INVALID, "the period ends before it begins");
    if (q->weights == WEIGHTS_FROZEN && q->base_from > q->base_to)
        return err_set(err, ST_INVALID, "the base ends before it begins");
    if ((q->rollup == ROLLUP_USERS || q->rollup == ROLLUP_REVENUE) &&
        !q->rollup_file)
        return err_set(err, ST_INVALID,
                       "a roll-up by users or revenue needs a file of them");
    if ((q->weighting == WEIGHTING_POPULATION) != (q->population != NULL))
        return err_set(err, ST_INVALID,
                       "weights by population and a file of it go together");
    return check_dimensions(q, err);
}

/* The first of the forms' surveys, or families, behind `last` by name; NULL:
 * there is none. */
static const char *next_name(const struct forms *f, bool family,
                             const char *last)
{
    const char *next = NULL;

    for (size_t i = 0; i < f->count; i++) {
        const struct survey *s = f->form[i]->survey;
        const char *name = family ? s->family : s->code;

        if (strcmp(name, last) > 0 && (!next || strcmp(name, next) < 0))
            next = name;
    }
    return next;
}

/* Append them while they fit. */
static void list(const struct forms *f, bool family, struct err *err)
{
    for (const char *name = ""; (name = next_name(f, family, name));) {
        const size_t len = strlen(err->text);

        snprintf(err->text + len, sizeof err->text - len, "%s %s%s",
                 err->text[len - 1] == ':' ? "" : ",", name,
                 family ? " (family)" : "");
    }
}

static enum status refuse_name(const struct forms *f, const char *name,
                               struct err *err)
{
    (void)err_set(err, ST_NOTFOUND, "no survey or family '%s'; known:%s", name,
                  f->count ? "" : " none");
    if (err) {
        list(f, true, err);
        list(f, false, err);
    }
    return ST_NOTFOUND;
}

/* No form that has answers goes by that name. */
static enum status look_further(struct engine *e, const struct query *q,
                                struct err *err)
{
    const struct forms *f = &e->cells->forms;
    enum status st = forms_load(&e->cells->forms, e->store, err);

    for (size_t i = 0; i < f->count && st == ST_OK; i++)
        if (streq(f->form[i]->survey->code, q->survey) ||
            streq(f->form[i]->survey->family, q->survey))
            return ST_OK; /* known, and nobody has answered */
    return st == ST_OK ? refuse_name(f, q->survey, err) : st;
}

static int by_name(const void *a, const void *b)
{
    const struct survey *x = (*(const struct form *const *)a)->survey;
    const struct survey *y = (*(const struct form *const *)b)->survey;
    const int c = strcmp(x->code, y->code);

    return c ? c : memcmp(x->form, y->form, HASH_SIZE);
}

static void pick(const struct cells *c, const struct query *q, bool family,
                 struct selection *s)
{
    s->count = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct survey *v = c->form[i]->survey;

        if (streq(family ? v->family : v->code, q->survey))
            s->form[s->count++] = c->form[i];
    }
    qsort(s->form, s->count, sizeof(const struct form *), by_name);
}

static bool splits_by(const struct query *q, enum dimension d)
{
    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] == d)
            return true;
    return false;
}

/* The columns of the roll-up file that are read. */
struct columns {
    size_t product, weight;
};

static enum status read_weight(const struct csv *file, const char *path,
                               const struct csv_field *fields, struct columns c,
                               struct selection *s, struct err *err)
{
    char *end;
    const char *text = fields[c.weight].text;
    const double weight = strtod(text, &end);

    if (end == text || *end || !isfinite(weight) || weight <= 0)
        return err_set(err, ST_INVALID, "%s:%llu: '%s' is no weight", path,
                       (unsigned long long)csv_line(file), text);
    for (size_t i = 0; i < s->count; i++) {
        if (!streq(s->form[i]->survey->product, fields[c.product].text))
            continue;
        if (s->rollup[i] > 0)
            return err_set(err, ST_INVALID, "%s:%llu: product %s again", path,
                           (unsigned long long)csv_line(file),
                           fields[c.product].text);
        s->rollup[i] = weight;
    }
    return ST_OK;
}

static enum status read_weights(const struct query *q, struct csv *file,
                                struct selection *s, struct err *err)
{
    const char *column = q->rollup == ROLLUP_USERS ? "users" : "revenue";
    const struct columns c = {csv_find(file, "product"),
                              csv_find(file, column)};
    const struct csv_field *fields;
    enum status st;

    if (c.product == SIZE_MAX || c.weight == SIZE_MAX)
        return err_set(err, ST_INVALID, "%s:1: no column '%s'", q->rollup_file,
                       c.product == SIZE_MAX ? "product" : column);
    while ((st = csv_next(file, &fields, err)) == ST_OK) {
        st = read_weight(file, q->rollup_file, fields, c, s, err);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status weigh(const struct query *q, struct selection *s,
                         struct err *err)
{
    const bool by_file =
        q->rollup == ROLLUP_USERS || q->rollup == ROLLUP_REVENUE;
    struct csv *file = NULL;
    enum status st = ST_OK;

    for (size_t i = 0; i < s->count; i++)
        s->rollup[i] = by_file ? 0 : 1;
    if (!by_file)
        return ST_OK;
    st = csv_open(q->rollup_file, NULL, &file, err);
    if (st == ST_OK)
        st = read_weights(q, file, s, err);
    csv_close(&file);
    for (size_t i = 0; s->family && i < s->count && st == ST_OK; i++)
        if (!(s->rollup[i] > 0))
            st = err_set(err, ST_INVALID, "%s: no weight for %s (product '%s')",
                         q->rollup_file, s->form[i]->survey->code,
                         s->form[i]->survey->product);
    return st;
}

enum status select_forms(struct engine *e, const struct query *q,
                         struct selection *out, struct err *err)
{
    const struct cells *c = e->cells;
    struct selection s = {0};
    enum status st = ST_OK;

    s.form = malloc((c->count + 1) * sizeof(const struct form *));
    s.rollup = malloc((c->count + 1) * sizeof *s.rollup);
    if (!s.form || !s.rollup)
        st = ST_NOMEM;
    if (st == ST_OK) {
        pick(c, q, false, &s);
        if (!s.count) {
            pick(c, q, true, &s);
            s.family = s.count && !splits_by(q, DIM_PRODUCT);
        }
        st = s.count ? weigh(q, &s, err) : look_further(e, q, err);
    }
    if (st == ST_OK)
        *out = s;
    else
        selection_free(&s);
    return st;
}

void selection_free(struct selection *s)
{
    free(s->form);
    free(s->rollup);
    *s = (struct selection){0};
}

static void add(crypto_generichash_state *h, const char *word,
                const char *value)
{
    (void)crypto_generichash_update(h, (const unsigned char *)word,
                                    strlen(word) + 1);
    (void)crypto_generichash_update(h, (const unsigned char *)value,
                                    strlen(value) + 1);
}

static void add_number(crypto_generichash_state *h, const char *word,
                       int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)value);
    add(h, word, text);
}

static void add_filters(crypto_generichash_state *h, const char *word,
                        const struct query_filter *list_of, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(h, word, dimension_name(list_of[i].dimension));
        for (size_t k = 0; k < list_of[i].count; k++)
            add(h, "code", list_of[i].codes[k]);
    }
}

/* The contents of a file stand for it. */
static enum status add_file(crypto_generichash_state *h, const char *word,
                            const char *path, struct err *err)
{
    char block[4096];
    size_t n;
    FILE *in = fopen(path, "rb");
    enum status st = ST_OK;

    if (!in)
        return err_set(err, ST_NOTFOUND, "%s: cannot be opened: %s", path,
                       strerror(errno));
    add(h, word, "");
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        (void)crypto_generichash_update(h, (const unsigned char *)block, n);
    if (ferror(in))
        st = err_set(err, ST_IO, "%s: cannot be read", path);
    (void)fclose(in);
    return st;
}

/* Of an unweighted query, nothing. */
static enum status add_weighting(crypto_generichash_state *h,
                                 const struct query *q, struct err *err)
{
    char limits[64];

    if (q->weighting == WEIGHTING_NONE)
        return ST_OK;
    snprintf(limits, sizeof limits, "%.17g %.17g", q->weight_low,
             q->weight_high);
    add_number(h, "weighting", q->weighting);
    add(h, "limits", limits);
    return q->population ? add_file(h, "population", q->population, err)
                         : ST_OK;
}

static enum status add_settings(crypto_generichash_state *h,
                                const struct query *q, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < q->settings && st == ST_OK; i++) {
        const struct query_setting *s = &q->setting[i];

        add(h, "setting", s->name);
        if (s->file)
            st = add_file(h, "file", s->value, err);
        else
            add(h, "value", s->value);
    }
    return st;
}

/* Words and values, each ended by NUL: no two requests read the same. */
enum status query_name(const char *kind, const struct query *q,
                       const struct selection *s, const struct watermark *w,
                       char out[33], struct err *err)
{
    crypto_generichash_state h;
    unsigned char digest[16];
    char hex[2 * WATERMARK_MAX + 1];
    enum status st;

    if (crypto_generichash_init(&h, NULL, 0, sizeof digest) != 0)
        return ST_NOMEM;
    add(&h, "manyi", kind);
    add(&h, "survey", q->survey);
    add_number(&h, "from", q->from);
    add_number(&h, "to", q->to);
    for (size_t i = 0; i < q->by_count; i++)
        add(&h, "by", dimension_name(q->by[i]));
    add_filters(&h, "where", q->filter, q->filters);
    add_filters(&h, "scope", q->scope, q->scopes);
    add_number(&h, "reader", q->reader);
    add_number(&h, "frames", query_frames(q));
    add(&h, "construct", q->construct ? q->construct : "");
    if (q->weights == WEIGHTS_FROZEN) {
        add_number(&h, "base-from", q->base_from);
        add_number(&h, "base-to", q->base_to);
    }
    if (s->family) {
        add_number(&h, "rollup", q->rollup);
        for (size_t i = 0; i < s->count; i++) {
            char text[32];

            snprintf(text, sizeof text, "%.17g", s->rollup[i]);
            add(&h, s->form[i]->survey->code, text);
        }
    }
    st = add_weighting(&h, q, err);
    if (st == ST_OK)
        st = add_settings(&h, q, err);
    bytes_hex(w->bytes, w->len, hex);
    add(&h, "watermark", hex);
    (void)crypto_generichash_final(&h, digest, sizeof digest);
    bytes_hex(digest, sizeof digest, out);
    return st;
}
