/* records.c - from tabulated sums to score records. */
#include <math.h>
#include <stdlib.h>

#include <sodium.h>

#include "engine_handle.h"
#include "surveys/period.h"

enum { N_SHOWN = 30, N_FIRM = 100 };

static int by_cell(const void *x, const void *y, void *ctx)
{
    const struct answering *a = ctx;
    struct table_key i, j;
    int c = 0;

    tabulation_key(&a->table, *(const uint32_t *)x, &i);
    tabulation_key(&a->table, *(const uint32_t *)y, &j);
    for (size_t k = 0; k < a->query->by_count && c == 0; k++)
        c = strcmp(i.code[k], j.code[k]);
    return c ? c : (i.form > j.form) - (i.form < j.form);
}

static bool same_cell(const struct answering *a, uint32_t x, uint32_t y)
{
    struct table_key i, j;

    tabulation_key(&a->table, x, &i);
    tabulation_key(&a->table, y, &j);
    return memcmp(i.code, j.code, sizeof i.code) == 0;
}

/* Are a form's cells all that its weights were fitted on? */
static bool is_whole(const struct query *q, const struct form *f)
{
    bool whole = !q->filters && !q->scopes && q->weights == WEIGHTS_REFIT &&
                 q->from == period_first(period_month(q->from)) &&
                 q->to == period_last(period_month(q->to));

    for (size_t i = 0; i < q->by_count; i++)
        whole = whole && (q->by[i] == DIM_PERIOD ||
                          (q->by[i] == DIM_PRODUCT && f->survey->product[0]));
    return whole;
}

static bool wanted(const struct answering *a, const char *construct)
{
    return !a->query->construct || streq(a->query->construct, construct);
}

/* What is known of a record but for its form. */
static void fill(const struct estimate *e, bool own, struct score *s)
{
    const struct interval none = {NAN, NAN, NAN};

    s->construct = e->construct;
    s->n = e->n;
    s->n_eff = (double)e->n; /* nobody is weighted */
    s->weighting = "none";
    s->method = own ? "own" : "parent";
    s->status = e->flags & SCORE_THIN_FIT ? "provisional" : "live";
    s->flags = e->flags;
    s->index = NAN;
    s->interval = none;
    if (e->n < N_SHOWN) {
        s->flags |= SCORE_SUPPRESSED;
        return;
    }
    if (e->n < N_FIRM)
        s->flags |= SCORE_INDICATIVE;
    s->index = e->index;
    s->interval = estimate_interval(e);
    if (!isnan(s->index) && isnan(s->interval.se))
        s->flags |= SCORE_NO_INTERVAL;
}

static enum status add(struct answering *a, const struct record *r)
{
    if (a->count == a->cap) {
        const size_t cap = a->cap ? 2 * a->cap : 32;
        struct record *more = realloc(a->record, cap * sizeof *more);

        if (!more)
            return ST_NOMEM;
        a->record = more;
        a->cap = cap;
    }
    a->record[a->count++] = *r;
    return ST_OK;
}

/* One construct of one form's cell. */
static enum status estimate_one(struct answering *a, uint32_t number,
                                const char *construct, struct estimate *e,
                                bool *own)
{
    const struct weights *w = NULL;
    struct table_key key;
    const struct form *form;
    enum status st;

    tabulation_key(&a->table, number, &key);
    form = a->forms.form[key.form];
    for (size_t c = 0; c < form->model.constructs; c++) {
        if (!streq(construct, pls_construct_code(&form->model, c)))
            continue;
        st = engine_weights(a, &key, &w);
        if (st != ST_OK)
            return st;
        estimate_cell(&a->table, number, w, c, e);
        e->rollup = a->forms.rollup[key.form];
        *own = form->model.first[c + 1] - form->model.first[c] == 1 ||
               is_whole(a->query, form);
        return ST_OK;
    }
    return ST_NOTFOUND;
}

static enum status plain_cell(struct answering *a, uint32_t number)
{
    struct table_key key;
    const struct form *form;
    enum status st = ST_OK;

    tabulation_key(&a->table, number, &key);
    form = a->forms.form[key.form];
    for (size_t c = 0; c < form->model.constructs && st == ST_OK; c++) {
        const char *code = pls_construct_code(&form->model, c);
        struct record r = {.key = number};
        struct estimate e;
        bool own = false;

        if (!wanted(a, code))
            continue;
        st = estimate_one(a, number, code, &e, &own);
        if (st != ST_OK)
            return st;
        fill(&e, own, &r.score);
        r.score.survey = form->survey->code;
        memcpy(r.score.form, form->survey->form, HASH_SIZE);
        st = add(a, &r);
    }
    return st;
}

static void hash_forms(const struct estimate *part, size_t count,
                       uint8_t out[HASH_SIZE])
{
    crypto_hash_sha256_state h;

    (void)crypto_hash_sha256_init(&h);
    for (size_t i = 0; i < count; i++)
        (void)crypto_hash_sha256_update(&h, part[i].form->survey->form,
                                        HASH_SIZE);
    (void)crypto_hash_sha256_final(&h, out);
}

/* Drop the parts without answers, unless none has any. */
static size_t keep_answered(struct estimate *part, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (part[i].n > 0)
            part[kept++] = part[i];
    return kept ? kept : count;
}

static enum status roll_up(struct answering *a, const uint32_t *number,
                           size_t count, const char *construct,
                           struct estimate *part)
{
    struct record r = {.key = number[0]};
    struct estimate whole;
    size_t parts = 0;
    bool all_own = true;

    for (size_t i = 0; i < count; i++) {
        bool own = false;
        const enum status st =
            estimate_one(a, number[i], construct, &part[parts], &own);

        if (st == ST_NOTFOUND) /* this form does not ask it */
            continue;
        if (st != ST_OK)
            return st;
        parts++;
        all_own = all_own && own;
    }
    if (!parts)
        return ST_OK;
    parts = keep_answered(part, parts);
    estimate_rollup(part, parts, a->query->rollup, &whole);
    fill(&whole, all_own, &r.score);
    r.score.survey = a->query->survey;
    hash_forms(part, parts, r.score.form);
    return add(a, &r);
}

/* The constructs of a family, in the order of its forms. */
struct constructs {
    size_t count;
    const char **code;
};

static bool has(const struct constructs *list, const char *code)
{
    for (size_t i = 0; i < list->count; i++)
        if (streq(list->code[i], code))
            return true;
    return false;
}

static enum status list_constructs(const struct answering *a,
                                   struct constructs *out)
{
    const size_t most = (a->forms.count + 1) * CONSTRUCTS_MAX;

    *out = (struct constructs){0, malloc(most * sizeof(const char *))};
    if (!out->code)
        return ST_NOMEM;
    for (size_t i = 0; i < a->forms.count; i++) {
        const struct pls_model *m = &a->forms.form[i]->model;

        for (size_t c = 0; c < m->constructs; c++) {
            const char *code = pls_construct_code(m, c);

            if (wanted(a, code) && !has(out, code))
                out->code[out->count++] = code;
        }
    }
    return ST_OK;
}

/* Work of all cells: their order, the family's constructs, a cell's parts. */
struct work {
    uint32_t *order;
    struct constructs constructs;
    struct estimate *part;
};

static enum status family_cell(struct answering *a, const uint32_t *number,
                               size_t count, struct work *w)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < w->constructs.count && st == ST_OK; i++)
        st = roll_up(a, number, count, w->constructs.code[i], w->part);
    return st;
}

static enum status make_all(struct answering *a, struct work *w)
{
    const size_t cells = a->table.keys.count;
    enum status st = ST_OK;

    for (size_t i = 0; i < cells; i++)
        w->order[i] = (uint32_t)i;
    qsort_r(w->order, cells, sizeof *w->order, by_cell, a);
    for (size_t i = 0, n; i < cells && st == ST_OK; i += n) {
        n = 1;
        while (a->forms.family && i + n < cells &&
               same_cell(a, w->order[i], w->order[i + n]))
            n++;
        st = a->forms.family ? family_cell(a, w->order + i, n, w)
                             : plain_cell(a, w->order[i]);
    }
    return st;
}

enum status records_make(struct answering *a)
{
    struct work w = {.order =
                         malloc((a->table.keys.count + 1) * sizeof *w.order),
                     .part = malloc((a->forms.count + 1) * sizeof *w.part)};
    enum status st = list_constructs(a, &w.constructs);

    if (!w.order || !w.part)
        st = ST_NOMEM;
    if (st == ST_OK)
        st = make_all(a, &w);
    free(w.order);
    free(w.part);
    free(w.constructs.code);
    return st;
}

/* A text of at most `size - 1` bytes, copied to *at, which moves on. */
static const char *keep(char **at, const char *text, size_t size)
{
    char *to = *at;

    snprintf(to, size, "%s", text);
    *at += size;
    return to;
}

enum status records_pack(const struct answering *a, struct scores *out)
{
    const size_t by = a->query->by_count;
    const size_t texts =
        SURVEY_CODE_MAX + 1 + ITEM_CODE_MAX + 1 + by * (CODE_MAX + 1);
    const size_t each = sizeof(struct score) + by * sizeof(char *) + texts;
    struct score *list = malloc(a->count * each + 1);
    const char **cell = (const char **)(list + a->count);
    char *at = (char *)(cell + a->count * by);

    if (!list)
        return ST_NOMEM;
    for (size_t i = 0; i < a->count; i++) {
        struct table_key key;

        tabulation_key(&a->table, a->record[i].key, &key);
        list[i] = a->record[i].score;
        list[i].survey = keep(&at, list[i].survey, SURVEY_CODE_MAX + 1);
        list[i].construct = keep(&at, list[i].construct, ITEM_CODE_MAX + 1);
        list[i].cell = cell;
        for (size_t k = 0; k < by; k++)
            *cell++ = keep(&at, key.code[k], CODE_MAX + 1);
    }
    out->count = a->count;
    out->list = list;
    return ST_OK;
}

void scores_free(struct scores *s)
{
    free(s->list);
    free(s->met);
    s->list = NULL;
    s->met = NULL;
    s->count = 0;
}
