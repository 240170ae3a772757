/* answers.c - see scorer/answers.h.
 *
 * The log tells in its order what becomes of a response, so the last entry
 * under a key stands: whatever counted before is written over or taken back.
 */
#include "scorer/answers.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "engine_handle.h"
#include "entry.h"
#include "intern.h"
#include "key.h"
#include "surveys/period.h"
#include "tabulate.h"

struct kept {
    const struct form *form; /* NULL: nothing was kept yet */
    size_t at;               /* of its answers, and who gave them behind */
    uint32_t cell;           /* its number */
    uint8_t group;
    bool counts;
};

struct answers {
    struct forms forms;
    struct intern keys;  /* of struct kept */
    struct intern cells; /* struct cell, by month */
    struct kept *kept;
    size_t cap;
    struct buffer values;
    const struct form *form;
    size_t count;
    uint32_t *order; /* those that count at last */
};

struct reading {
    struct answers *answers;
    struct store *store;
    const struct query *query;
    uint32_t frames;
    const struct version *version; /* of the last row */
    struct err *err;
};

/* Whether it is asked for; then its cell is in *cell. */
static bool asked(const struct reading *r, const struct response *in,
                  struct cell *cell)
{
    const struct query *q = r->query;
    const int32_t day = period_day(in->event_at);

    memset(cell, 0, sizeof *cell);
    cell->when = period_month(day);
    cell->rate_ppm = in->rate_ppm;
    cell->context = in->context;
    return streq(r->version->survey->code, q->survey) && day >= q->from &&
           day <= q->to && r->frames & 1u << in->context.frame &&
           query_asks(q, cell);
}

static enum status check_room(const struct answers *a, struct err *err)
{
    const size_t each =
        sizeof(struct kept) + ENTRY_KEY + 2 * sizeof(struct intern_slot);

    return a->values.len + a->keys.count * each < ANSWERS_BYTES_MAX
               ? ST_OK
               : err_set(err, ST_RANGE,
                         "more answers than can be kept (%d MB): ask for fewer "
                         "days or places",
                         (int)(ANSWERS_BYTES_MAX >> 20));
}

static enum status grow(struct answers *a)
{
    const size_t cap = a->cap ? 2 * a->cap : 1024;
    struct kept *more = realloc(a->kept, cap * sizeof *more);

    if (!more)
        return ST_NOMEM;
    a->kept = more;
    a->cap = cap;
    return ST_OK;
}

/* The place of a key, a new one if need be. */
static enum status place(struct reading *r, const uint8_t *key,
                         struct kept **out)
{
    struct answers *a = r->answers;
    bool fresh = false;
    uint32_t n = 0;
    enum status st = a->keys.count < a->cap ? ST_OK : grow(a);

    if (st == ST_OK)
        st = check_room(a, r->err);
    if (st == ST_OK)
        st = intern_put(&a->keys, key, &n, &fresh);
    if (st != ST_OK)
        return st;
    if (fresh)
        a->kept[n] = (struct kept){.form = NULL};
    *out = &a->kept[n];
    return ST_OK;
}

static enum status put(struct reading *r, const uint8_t *key,
                       const struct response *in, const struct cell *cell)
{
    struct answers *a = r->answers;
    struct kept *k;
    enum status st = place(r, key, &k);

    if (st == ST_OK)
        st = intern_put(&a->cells, cell, &k->cell, NULL);
    if (st != ST_OK)
        return st;
    if (k->form != r->version->form) {
        k->at = a->values.len;
        st = buffer_add(&a->values, in->answers, in->items);
        if (st == ST_OK)
            st = buffer_add(&a->values, in->respondent, ID_SIZE);
    } else {
        memcpy(a->values.data + k->at, in->answers, in->items);
    }
    k->form = r->version->form;
    k->counts = true;
    k->group = (uint8_t)errors_group(in->respondent, in->id);
    return st;
}

static enum status take(void *ctx, const struct store_row *row)
{
    struct reading *r = ctx;
    const struct store_entry *new = &row->entry;
    uint8_t key[ENTRY_KEY];
    struct cell cell;
    struct kept *k;
    enum status st = ST_OK;

    entry_key(&new->response, key);
    if (new->state == STATE_COUNTED) {
        st = entry_version(&r->answers->forms, r->store, &new->response,
                           &r->version, r->err);
        if (st != ST_OK || asked(r, &new->response, &cell))
            return st == ST_OK ? put(r, key, &new->response, &cell) : st;
    }
    if (!intern_has(&r->answers->keys, key))
        return ST_OK;
    st = place(r, key, &k);
    if (st == ST_OK)
        k->counts = false;
    return st;
}

static enum status check_name(struct reading *r)
{
    const struct forms *f = &r->answers->forms;
    enum status st = forms_load(&r->answers->forms, r->store, r->err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < f->count; i++) {
        if (streq(f->form[i]->survey->code, r->query->survey))
            return ST_OK;
        if (streq(f->form[i]->survey->family, r->query->survey))
            st = ST_INVALID;
    }
    return st == ST_OK ? err_set(r->err, ST_NOTFOUND, "no survey '%s'",
                                 r->query->survey)
                       : err_set(r->err, ST_INVALID,
                                 "%s is a family: one of its surveys is wanted",
                                 r->query->survey);
}

static enum status refuse_empty(const struct query *q, struct err *err)
{
    char from[PERIOD_TEXT], to[PERIOD_TEXT];

    period_format_day(q->from, from);
    period_format_day(q->to, to);
    return err_set(err, ST_NOTFOUND,
                   "no answers to %s were counted from %s to %s in the frames "
                   "asked for%s",
                   q->survey, from, to,
                   q->filters ? " that are as --where says" : "");
}

/* Those that count at last, all of one form. */
static enum status settle(struct reading *r)
{
    struct answers *a = r->answers;

    a->order = malloc((a->keys.count + 1) * sizeof *a->order);
    if (!a->order)
        return ST_NOMEM;
    for (size_t i = 0; i < a->keys.count; i++) {
        const struct kept *k = &a->kept[i];

        if (!k->counts)
            continue;
        if (a->form && a->form != k->form)
            return err_set(r->err, ST_INVALID,
                           "%s was asked in more than one form in these days: "
                           "ask for days with one",
                           r->query->survey);
        a->form = k->form;
        a->order[a->count++] = (uint32_t)i;
    }
    return a->count ? ST_OK : refuse_empty(r->query, r->err);
}

enum status answers_read(struct store *store, const struct query *q,
                         struct answers **out, struct err *err)
{
    struct answers *a = calloc(1, sizeof *a);
    struct reading r = {.answers = a, .store = store, .query = q, .err = err};
    struct watermark w = {0};
    enum status st = a ? query_check(q, err) : ST_NOMEM;

    if (st == ST_OK) {
        a->keys.size = ENTRY_KEY;
        a->cells.size = sizeof(struct cell);
        r.frames = query_frames(q);
        st = check_name(&r);
    }
    if (st == ST_OK)
        st = store_scan(store, &w, SCAN_NUMBERS, 0, take, &r, &w, err);
    if (st == ST_OK)
        st = settle(&r);
    if (st == ST_OK)
        *out = a;
    else
        answers_free(&a);
    return st;
}

void answers_free(struct answers **answers)
{
    struct answers *a = *answers;

    if (!a)
        return;
    forms_free(&a->forms);
    intern_free(&a->keys);
    intern_free(&a->cells);
    free(a->kept);
    buffer_free(&a->values);
    free(a->order);
    free(a);
    *answers = NULL;
}

const struct survey *answers_survey(const struct answers *a)
{
    return a->form->survey;
}

size_t answers_count(const struct answers *a)
{
    return a->count;
}

struct answer answers_at(const struct answers *a, size_t i)
{
    const struct kept *k = &a->kept[a->order[i]];
    const struct cell *cell = intern_at(&a->cells, k->cell);

    const uint8_t *value = a->values.data + k->at;

    return (struct answer){.context = &cell->context,
                           .month = cell->when,
                           .rate_ppm = cell->rate_ppm,
                           .group = k->group,
                           .value = value,
                           .id = intern_at(&a->keys, a->order[i]),
                           .respondent = value + a->form->survey->items};
}

bool answers_fit(const struct answers *a, size_t i)
{
    const struct pls_model *m = &a->form->model;
    const uint8_t *value = answers_at(a, i).value;
    size_t there = 0;

    for (size_t k = 0; k < m->items; k++)
        there += value[m->item[k]] != 0 && m->original[k] == k;
    return there >= form_least(a->form);
}

void answer_code(const struct answer *a, enum dimension d,
                 char out[CODE_MAX + 1])
{
    struct cell cell;

    memset(&cell, 0, sizeof cell);
    cell.when = a->month;
    cell.rate_ppm = a->rate_ppm;
    cell.context = *a->context;
    cell_code(&cell, d, out);
}
