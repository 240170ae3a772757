/* funnel.c - see scorer/funnel.h.
 *
 * Invitations are listed in the order of their ids, so the list of those asked
 * for is sorted by itself, and what happened to one is found by bisection.
 */
#include "scorer/funnel.h"

#include <math.h>
#include <stdlib.h>

#include "engine_handle.h"
#include "intern.h"
#include "surveys/period.h"
#include "tabulate.h"

/* What is known of an invitation. */
enum {
    CASE_SENT = 1u << 0,
    CASE_DELIVERED = 1u << 1,
    CASE_FAILED = 1u << 2,
    CASE_STARTED = 1u << 3,
    CASE_OPTED_OUT = 1u << 4,
    CASE_ANSWERED = 1u << 5,
    CASE_PARTIAL = 1u << 6,
    CASE_ASIDE = 1u << 7,
    CASE_ERASED = 1u << 8
};

struct invited {
    uint8_t id[ID_SIZE];
    uint32_t cell;
    uint32_t what;
};

enum { ROWS_A_LOOK = 1024 }; /* at the clock */

struct reading {
    struct engine *engine;
    uint64_t rows;
    const struct query *query;
    const char *campaign;
    struct forms forms;
    struct intern keys; /* codes of the cells */
    struct funnel_cell *cells;
    size_t cells_cap;
    struct invited *list;
    size_t count, cap;
    enum status status;
    struct err *err;
};

/* Of each row: is there still time? */
static enum status step(struct reading *r)
{
    return r->rows++ % ROWS_A_LOOK ? ST_OK
                                   : cells_late(r->engine->cells, r->err);
}

/* ---- which cell ---- */

static bool of_survey(const struct reading *r, const char *code)
{
    const struct forms *f = &r->forms;

    if (streq(code, r->query->survey))
        return true;
    for (size_t i = 0; i < f->count; i++)
        if (streq(f->form[i]->survey->code, code) &&
            streq(f->form[i]->survey->family, r->query->survey))
            return true;
    return false;
}

static enum status more_cells(struct reading *r)
{
    const size_t cap = r->cells_cap ? 2 * r->cells_cap : 64;
    struct funnel_cell *more = realloc(r->cells, cap * sizeof *more);

    if (!more)
        return ST_NOMEM;
    r->cells = more;
    r->cells_cap = cap;
    return ST_OK;
}

/* Of which draw or invitation it is. */
struct asked {
    const char *survey, *campaign;
    int64_t event_at;
    const struct context *context;
};

/* Whether it is asked for; then the number of its cell. */
static bool find_cell(struct reading *r, const struct asked *a,
                      uint32_t *number)
{
    const struct query *q = r->query;
    const int32_t day = period_day(a->event_at);
    const struct cell cell = {.when = period_month(day),
                              .context = *a->context};
    struct funnel_cell c = {0};
    bool fresh = false;

    if (day < q->from || day > q->to || !of_survey(r, a->survey) ||
        (r->campaign && !streq(r->campaign, a->campaign)) ||
        !(query_frames(q) & 1u << a->context->frame) || !query_asks(q, &cell))
        return false;
    for (size_t i = 0; i < q->by_count; i++)
        cell_code(&cell, q->by[i], c.cell[i]);
    if (r->keys.count == r->cells_cap)
        r->status = more_cells(r);
    if (r->status == ST_OK)
        r->status = intern_put(&r->keys, c.cell, number, &fresh);
    if (fresh)
        r->cells[*number] = c;
    return r->status == ST_OK;
}

/* ---- the draws ---- */

static bool take_sample(void *ctx, struct store_key key, const void *value,
                        size_t len)
{
    struct reading *r = ctx;
    struct wire_sample s;
    uint32_t number;

    (void)key;
    r->status = step(r);
    if (r->status == ST_OK)
        r->status = wire_unpack_sample(value, len, &s);
    if (r->status == ST_OK &&
        find_cell(r,
                  &(struct asked){s.survey, s.campaign, s.event_at, &s.context},
                  &number)) {
        struct funnel_cell *c = &r->cells[number];

        c->events += s.events;
        c->eligible += s.eligible;
        c->drawn += s.drawn;
        for (size_t i = 0; i < EXCLUDED_REASONS; i++)
            c->excluded[i] += s.excluded[i];
    }
    return r->status == ST_OK;
}

/* ---- the invitations, and what became of them ---- */

static enum status more_invited(struct reading *r)
{
    const size_t cap = r->cap ? 2 * r->cap : 1024;
    struct invited *more = realloc(r->list, cap * sizeof *more);

    if (!more)
        return ST_NOMEM;
    r->list = more;
    r->cap = cap;
    return ST_OK;
}

static bool take_invitation(void *ctx, struct store_key key, const void *value,
                            size_t len)
{
    struct reading *r = ctx;
    struct invitation i;
    struct invited fresh = {0};

    (void)key;
    r->status = step(r);
    if (r->status == ST_OK)
        r->status = wire_unpack_invitation(value, len, &i);
    if (r->status != ST_OK ||
        !find_cell(
            r, &(struct asked){i.survey, i.campaign, i.event_at, &i.context},
            &fresh.cell))
        return r->status == ST_OK;
    if (r->count == r->cap)
        r->status = more_invited(r);
    if (r->status == ST_OK) {
        memcpy(fresh.id, i.id, ID_SIZE);
        r->list[r->count++] = fresh;
    }
    return r->status == ST_OK;
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, ID_SIZE);
}

static struct invited *find(const struct reading *r, const uint8_t *id)
{
    return r->count ? bsearch(id, r->list, r->count, sizeof *r->list, by_id)
                    : NULL;
}

static uint32_t told(uint8_t kind)
{
    switch ((enum event_kind)kind) {
    case EVENT_SENT:
        return CASE_SENT;
    case EVENT_DELIVERED:
        return CASE_SENT | CASE_DELIVERED;
    case EVENT_FAILED:
        return CASE_SENT | CASE_FAILED;
    case EVENT_STARTED:
        return CASE_SENT | CASE_DELIVERED | CASE_STARTED;
    case EVENT_OPT_OUT:
        return CASE_OPTED_OUT;
    default:
        return 0;
    }
}

static bool take_event(void *ctx, struct store_key key, const void *value,
                       size_t len)
{
    struct reading *r = ctx;
    struct wire_event e;
    struct invited *i;

    if (key.len != ID_SIZE)
        return true; /* the table keeps reviews and definitions, too */
    r->status = step(r);
    if (r->status == ST_OK)
        r->status = wire_unpack_event(value, len, &e);
    if (r->status == ST_OK && (i = find(r, e.invitation)))
        i->what |= told(e.kind);
    return r->status == ST_OK;
}

/* Entries come in the order of their log: the last one stands.  The flag of a
 * partial talk holds for good; a form that was filled later has it still, so
 * only what no more is missing could tell, and partial is the honest word. */
static enum status take_response(void *ctx, const struct store_row *row)
{
    struct reading *r = ctx;
    const struct response *p = &row->entry.response;
    struct invited *i = find(r, p->id);
    const enum status st = step(r);

    if (st != ST_OK)
        return st;
    if (!i || (p->context.entry != ENTRY_OWN && p->context.entry != ENTRY_IVR))
        return ST_OK;
    i->what &= ~(uint32_t)(CASE_PARTIAL | CASE_ASIDE | CASE_ERASED);
    i->what |= CASE_SENT | CASE_DELIVERED | CASE_STARTED | CASE_ANSWERED;
    if (row->entry.state == STATE_ERASED)
        i->what |= CASE_ERASED;
    else if (row->entry.state != STATE_COUNTED)
        i->what |= CASE_ASIDE;
    if (p->flags & FLAG_PARTIAL)
        i->what |= CASE_PARTIAL;
    return ST_OK;
}

static enum status read_tables(struct reading *r, struct store *s)
{
    static const struct {
        enum store_table table;
        store_table_fn *fn;
    } step[] = {{TABLE_SAMPLES, take_sample},
                {TABLE_INVITATIONS, take_invitation},
                {TABLE_EVENTS, take_event}};
    const struct store_key all = {NULL, 0};
    const struct watermark start = {0};
    struct watermark end;
    enum status st = ST_OK;

    for (size_t i = 0; i < sizeof step / sizeof *step && st == ST_OK; i++) {
        st = store_list(s, step[i].table, all, all, step[i].fn, r, r->err);
        if (st == ST_OK)
            st = r->status;
        if (st == ST_NOMEM)
            (void)err_set(r->err, st, "out of memory");
        if (st == ST_CORRUPT)
            (void)err_set(r->err, st,
                          "the store's table of draws, invitations or events "
                          "is damaged");
    }
    if (st == ST_OK)
        st = store_scan(s, &start, SCAN_NUMBERS, 0, take_response, r, &end,
                        r->err);
    return st;
}

/* ---- what it comes to ---- */

static void conclude(const struct invited *i, struct funnel_cell *c)
{
    const uint32_t w = i->what;

    c->invited += (w & CASE_SENT) != 0;
    c->delivered += (w & CASE_DELIVERED) != 0;
    c->started += (w & CASE_STARTED) != 0;
    c->answered += (w & CASE_ANSWERED) != 0;
    c->counted +=
        (w & (CASE_ANSWERED | CASE_ASIDE | CASE_ERASED)) == CASE_ANSWERED;
    if (w & CASE_ERASED)
        c->refusal++;
    else if (w & CASE_ANSWERED)
        *(w & CASE_PARTIAL ? &c->partial : &c->complete) += 1;
    else if (!(w & CASE_SENT))
        c->waiting++;
    else if (w & (CASE_OPTED_OUT | CASE_STARTED))
        c->refusal++;
    else if (w & CASE_FAILED && !(w & CASE_DELIVERED))
        c->unknown++;
    else
        c->noncontact++;
}

struct funnel_rates funnel_rates(const struct funnel_cell *c)
{
    const double spoken = (double)(c->complete + c->partial + c->refusal);
    const double cases = spoken + (double)(c->noncontact + c->unknown);
    struct funnel_rates r = {NAN, NAN, NAN, NAN, NAN};

    if (cases > 0) {
        r.rr1 = (double)c->complete / cases;
        r.rr2 = (double)(c->complete + c->partial) / cases;
        r.ref1 = (double)c->refusal / cases;
        r.con1 = spoken / cases;
    }
    if (spoken > 0)
        r.coop1 = (double)c->complete / spoken;
    return r;
}

static int by_codes(const void *a, const void *b)
{
    const struct funnel_cell *x = a, *y = b;

    return memcmp(x->cell, y->cell, sizeof x->cell);
}

struct funnel_cell funnel_total(const struct funnel *f)
{
    struct funnel_cell t = {0};

    for (size_t i = 0; i < f->count; i++) {
        const struct funnel_cell *c = &f->list[i];

        t.events += c->events;
        t.eligible += c->eligible;
        t.drawn += c->drawn;
        for (size_t e = 0; e < EXCLUDED_REASONS; e++)
            t.excluded[e] += c->excluded[e];
        t.invited += c->invited;
        t.waiting += c->waiting;
        t.delivered += c->delivered;
        t.started += c->started;
        t.answered += c->answered;
        t.counted += c->counted;
        t.complete += c->complete;
        t.partial += c->partial;
        t.refusal += c->refusal;
        t.noncontact += c->noncontact;
        t.unknown += c->unknown;
    }
    return t;
}

static enum status check_name(const struct reading *r)
{
    const struct forms *f = &r->forms;

    for (size_t i = 0; i < f->count; i++)
        if (streq(f->form[i]->survey->code, r->query->survey) ||
            streq(f->form[i]->survey->family, r->query->survey))
            return ST_OK;
    return err_set(r->err, ST_NOTFOUND, "no survey or family '%s'",
                   r->query->survey);
}

enum status funnel_read(struct engine *e, const struct query *q,
                        const char *campaign, struct funnel *out,
                        struct err *err)
{
    struct reading r = {
        .engine = e, .query = q, .campaign = campaign, .err = err};
    enum status st = forms_load(&r.forms, e->store, err);

    r.keys.size = sizeof((struct funnel_cell *)0)->cell;
    if (st == ST_OK)
        st = check_name(&r);
    if (st == ST_OK)
        st = read_tables(&r, e->store);
    if (st == ST_OK) {
        for (size_t i = 0; i < r.count; i++)
            conclude(&r.list[i], &r.cells[r.list[i].cell]);
        if (r.keys.count)
            qsort(r.cells, r.keys.count, sizeof *r.cells, by_codes);
        *out = (struct funnel){r.keys.count, r.cells};
        r.cells = NULL;
    }
    forms_free(&r.forms);
    intern_free(&r.keys);
    free(r.cells);
    free(r.list);
    return st;
}

void funnel_free(struct funnel *f)
{
    free(f->list);
    *f = (struct funnel){0};
}
