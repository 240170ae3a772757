/* estimates.c - from tabulated sums to the estimates of all cells, in the order
 * in which they are told. */
#include <stdlib.h>

#include <sodium.h>

#include "engine_handle.h"
#include "surveys/period.h"

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

void table_order(struct answering *a, uint32_t *number)
{
    const size_t cells = a->table.keys.count;

    for (size_t i = 0; i < cells; i++)
        number[i] = (uint32_t)i;
    qsort_r(number, cells, sizeof *number, by_cell, a);
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

/* ---- memory ---- */

static void *block(struct estimates *l, size_t size)
{
    return l->memory[l->count] = malloc(size);
}

static enum status room(struct estimates *l, size_t *cap)
{
    const size_t more = *cap ? 2 * *cap : 32;
    struct cell_estimate *list;
    void **memory;

    if (l->count < *cap)
        return ST_OK;
    list = realloc(l->list, more * sizeof *list);
    if (!list)
        return ST_NOMEM;
    l->list = list;
    memory = realloc(l->memory, more * sizeof(void *));
    if (!memory)
        return ST_NOMEM;
    l->memory = memory;
    *cap = more;
    return ST_OK;
}

void estimates_free(struct estimates *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->memory[i]);
    free(l->memory);
    free(l->list);
    *l = (struct estimates){0};
}

/* ---- one cell ---- */

/* Estimates under way. */
struct making {
    struct answering *a;
    size_t cap;
    double scratch[(GROUPS + 1) * ITEMS_MAX]; /* means of a roll-up's parts */
};

/* The next estimate of `l`, all zero but for its cell, with room for the means
 * of `items` at *mean. */
static enum status next(struct making *m, uint32_t number, size_t items,
                        struct cell_estimate **out, double **mean)
{
    struct estimates *l = &m->a->estimates;
    const size_t by = m->a->query->by_count;
    const size_t means = (GROUPS + 1) * items * sizeof(double);
    struct table_key key;
    const char **cell;
    char *text;
    enum status st = room(l, &m->cap);

    if (st != ST_OK)
        return st;
    *mean = block(l, means + by * (sizeof(char *) + CODE_MAX + 1) + 1);
    if (!*mean)
        return ST_NOMEM;
    cell = (const char **)(*mean + (GROUPS + 1) * items);
    text = (char *)(cell + by);
    tabulation_key(&m->a->table, number, &key);
    for (size_t i = 0; i < by; i++, text += CODE_MAX + 1) {
        memcpy(text, key.code[i], CODE_MAX + 1);
        cell[i] = text;
    }
    *out = &l->list[l->count++];
    **out = (struct cell_estimate){.cell = cell};
    return ST_OK;
}

static size_t items_of(const struct pls_model *m, size_t c)
{
    return m->first[c + 1] - m->first[c];
}

/* One construct of one form's cell, the cell's codes left out. */
static enum status estimate_one(struct answering *a, uint32_t number, size_t c,
                                double *mean, struct cell_estimate *out)
{
    const struct item_weights *w = NULL;
    struct table_key key;
    const struct form *form;
    enum status st;

    tabulation_key(&a->table, number, &key);
    form = a->forms.form[key.form];
    st = engine_weights(a, &key, &w);
    if (st != ST_OK)
        return st;
    estimate_cell(&a->table.cell[number], w, c, mean,
                  mean + items_of(&form->model, c), out);
    out->survey = form->survey->code;
    out->rollup = a->forms.rollup[key.form];
    memcpy(out->form, form->survey->form, HASH_SIZE);
    out->own = items_of(&form->model, c) == 1 || is_whole(a->query, form);
    return ST_OK;
}

static enum status plain_cell(struct making *m, uint32_t number)
{
    struct answering *a = m->a;
    struct table_key key;
    const struct pls_model *model;
    enum status st = ST_OK;

    tabulation_key(&a->table, number, &key);
    model = &a->forms.form[key.form]->model;
    for (size_t c = 0; c < model->constructs && st == ST_OK; c++) {
        struct cell_estimate *e;
        const char *const *cell;
        double *mean;

        if (!wanted(a, pls_construct_code(model, c)))
            continue;
        st = next(m, number, items_of(model, c), &e, &mean);
        if (st != ST_OK)
            break;
        cell = e->cell;
        st = estimate_one(a, number, c, mean, e);
        e->cell = cell;
    }
    return st;
}

/* ---- families ---- */

static void hash_forms(const struct share *part, size_t count,
                       uint8_t out[HASH_SIZE])
{
    crypto_hash_sha256_state h;

    (void)crypto_hash_sha256_init(&h);
    for (size_t i = 0; i < count; i++)
        (void)crypto_hash_sha256_update(&h, part[i].estimate.form, HASH_SIZE);
    (void)crypto_hash_sha256_final(&h, out);
}

/* Drop the parts without answers, unless none has any. */
static size_t keep_answered(struct share *part, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (part[i].estimate.n > 0)
            part[kept++] = part[i];
    return kept ? kept : count;
}

/* The construct of that name, or `constructs`: this form does not ask it. */
static size_t find_construct(const struct pls_model *m, const char *code)
{
    size_t c = 0;

    while (c < m->constructs && !streq(code, pls_construct_code(m, c)))
        c++;
    return c;
}

static enum status roll_up(struct making *m, const uint32_t *number,
                           size_t count, const char *construct,
                           struct share *part)
{
    struct answering *a = m->a;
    struct cell_estimate *e;
    const char *const *cell;
    double *mean;
    size_t parts = 0;
    bool own = true;
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++) {
        struct table_key key;
        const struct pls_model *model;
        size_t c;

        tabulation_key(&a->table, number[i], &key);
        model = &a->forms.form[key.form]->model;
        c = find_construct(model, construct);
        if (c == model->constructs)
            continue;
        part[parts].rollup = a->forms.rollup[key.form];
        st = estimate_one(a, number[i], c, m->scratch, &part[parts].estimate);
        if (st == ST_OK) {
            own = own && part[parts].estimate.own;
            parts++;
        }
    }
    if (st == ST_OK && parts)
        st = next(m, number[0], 0, &e, &mean);
    if (st != ST_OK || !parts)
        return st;
    parts = keep_answered(part, parts);
    cell = e->cell;
    estimate_rollup(part, parts, a->query->rollup, e);
    e->cell = cell;
    e->own = own;
    e->survey = a->query->survey;
    hash_forms(part, parts, e->form);
    return ST_OK;
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

/* ---- all cells ---- */

/* Their order, the family's constructs, a cell's parts. */
struct work {
    uint32_t *order;
    struct constructs constructs;
    struct share *part;
};

static enum status family_cell(struct making *m, const uint32_t *number,
                               size_t count, struct work *w)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < w->constructs.count && st == ST_OK; i++)
        st = roll_up(m, number, count, w->constructs.code[i], w->part);
    return st;
}

static enum status make_all(struct making *m, struct work *w)
{
    struct answering *a = m->a;
    const size_t cells = a->table.keys.count;
    enum status st = ST_OK;

    table_order(a, w->order);
    for (size_t i = 0, n; i < cells && st == ST_OK; i += n) {
        n = 1;
        while (a->forms.family && i + n < cells &&
               same_cell(a, w->order[i], w->order[i + n]))
            n++;
        st = a->forms.family ? family_cell(m, w->order + i, n, w)
                             : plain_cell(m, w->order[i]);
    }
    return st;
}

enum status estimates_make(struct answering *a)
{
    struct work w = {.order =
                         malloc((a->table.keys.count + 1) * sizeof *w.order),
                     .part = malloc((a->forms.count + 1) * sizeof *w.part)};
    struct making *m = calloc(1, sizeof *m);
    enum status st = list_constructs(a, &w.constructs);

    if (!w.order || !w.part || !m)
        st = ST_NOMEM;
    if (st == ST_OK) {
        m->a = a;
        st = make_all(m, &w);
    }
    free(m);
    free(w.order);
    free(w.part);
    free(w.constructs.code);
    return st;
}

const struct cell_estimate *estimates_find(const struct estimates *l,
                                           size_t by_count,
                                           const char *const *cell,
                                           const char *construct)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct cell_estimate *e = &l->list[i];
        size_t same = 0;

        while (same < by_count && streq(e->cell[same], cell[same]))
            same++;
        if (same == by_count && streq(e->construct, construct))
            return e;
    }
    return NULL;
}
