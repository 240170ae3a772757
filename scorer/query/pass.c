/* pass.c - the reading side of a pass, see pass.h: what each entry of the log
 * adds to the sums and takes out of them.
 *
 * An entry that counts is added; one that it replaces and that counted is
 * taken out.  An erased one has no bytes left to take out, and the sums may
 * hold it: then they are made again from the start of the log.  They cannot
 * hold it if these cells have met it already without its bytes.
 */
#include <stdlib.h>

#include "collector/log.h"
#include "entry.h"
#include "intern.h"
#include "pass.h"
#include "scorer/errors.h"
#include "surveys/period.h"

/* Erasures that keep hitting what was just read end a pass at last. */
enum { ATTEMPTS = 8 };

struct reader {
    struct pass *pass;
    struct batch *batch;           /* being filled, or NULL */
    const struct version *version; /* of the last row */
    uint64_t rows;                 /* entries read, in all */
    uint64_t limit;                /* most of them; 0: to the end of the log */
    bool more;                     /* the limit ended it */
    bool rebuild;
    struct err *err;
};

static enum status start(struct pass *p)
{
    enum status st = queue_new(BATCHES, &p->empty);

    if (st == ST_OK)
        st = queue_new(BATCHES, &p->full);
    for (size_t i = 0; i < BATCHES && st == ST_OK; i++) {
        tally_open(&p->batch[i].tally);
        if (!queue_push(p->empty, &p->batch[i]))
            st = ST_STOPPED;
    }
    if (st == ST_OK && pthread_create(&p->thread, NULL, pass_fold, p) != 0)
        st = ST_NOMEM;
    p->started = st == ST_OK;
    return st;
}

/* Wait for the thread and take its status, when this side met nothing. */
static enum status finish(struct pass *p, enum status st, struct err *err)
{
    if (p->started) {
        queue_close(p->full);
        pthread_join(p->thread, NULL);
        if (p->status != ST_OK && (st == ST_OK || st == ST_STOPPED)) {
            st = p->status;
            if (err)
                *err = p->err;
        }
    }
    queue_free(&p->empty);
    queue_free(&p->full);
    for (size_t i = 0; i < BATCHES; i++) {
        tally_free(&p->batch[i].tally);
        numbered_free(&p->batch[i].forms);
    }
    return st;
}

static enum status need_batch(struct reader *r)
{
    struct pass *p = r->pass;
    enum status st = p->started ? ST_OK : start(p);

    if (st != ST_OK || r->batch)
        return st;
    r->batch = queue_pop(p->empty, -1);
    if (!r->batch)
        return ST_STOPPED; /* the thread failed */
    r->batch->ends_step = false;
    return ST_OK;
}

static enum status send_batch(struct reader *r)
{
    enum status st = cells_list(r->pass->cells, &r->batch->forms);

    if (st == ST_OK && !queue_push(r->pass->full, r->batch))
        st = ST_STOPPED;
    r->batch = NULL;
    return st;
}

static enum status add(struct reader *r, const struct response *in, bool minus)
{
    struct cells *c = r->pass->cells;
    struct form *f;
    struct cell cell;
    enum status st =
        entry_version(&c->forms, c->store, in, &r->version, r->err);

    if (st == ST_OK)
        st = need_batch(r);
    if (st != ST_OK)
        return st;
    f = r->version->form;
    f->survey = r->version->survey;
    if (!f->number)
        st = cells_number(c, f);
    memset(&cell, 0, sizeof cell);
    cell.form = f->number;
    cell.when = period_day(in->event_at);
    cell.rate_ppm = in->rate_ppm;
    cell.context = in->context;
    if (st == ST_OK)
        st = tally_add(&r->batch->tally, &cell,
                       errors_group(in->respondent, in->id), minus, in->answers,
                       f->items);
    return st == ST_OK && tally_full(&r->batch->tally) ? send_batch(r) : st;
}

static enum status take(void *ctx, const struct store_row *row)
{
    struct reader *r = ctx;
    const struct store_entry *new = &row->entry, *old = row->replaced;
    uint8_t key[ENTRY_KEY];
    enum status st = ST_OK;
    uint32_t number;

    r->rows++;
    entry_key(&new->response, key);
    if (old && old->state == STATE_ERASED &&
        !intern_has(&r->pass->cells->wiped, key)) {
        r->rebuild = true;
        return ST_STOPPED;
    }
    if (old && old->state == STATE_COUNTED)
        st = add(r, &old->response, true);
    if (st == ST_OK && new->state == STATE_ERASED)
        st = intern_put(&r->pass->cells->wiped, key, &number, NULL);
    else if (st == ST_OK && new->state == STATE_COUNTED)
        st = add(r, &new->response, false);
    return st;
}

static enum status end_step(struct reader *r, const struct watermark *w)
{
    enum status st = need_batch(r);

    if (st != ST_OK)
        return st;
    r->batch->ends_step = true;
    r->batch->watermark = *w;
    return send_batch(r);
}

static enum status read_log(struct reader *r)
{
    struct cells *c = r->pass->cells;
    struct watermark from = c->cube.watermark, to = from;
    enum status st = ST_OK;
    const uint64_t step =
        r->limit && r->limit < STEP_ROWS ? r->limit : STEP_ROWS;
    uint64_t before;

    do {
        before = r->rows;
        st = store_scan(c->store, &from, SCAN_NUMBERS, step, take, r, &to,
                        r->err);
        if (st == ST_OK && r->rows > before)
            st = end_step(r, &to);
        from = to;
        r->more = r->rows - before == step;
    } while (st == ST_OK && r->more && (!r->limit || r->rows < r->limit));
    return st;
}

/* *cause: why the cube must be made again, NULL when it need not. */
static enum status run(struct cells *c, struct cells_step *step,
                       const char **cause, struct err *err)
{
    struct pass p = {.cells = c};
    struct reader r = {.pass = &p, .limit = step->limit, .err = err};
    enum status st = finish(&p, read_log(&r), err);

    step->rows += r.rows;
    step->more = r.more;
    *cause = r.rebuild                                    ? "erased"
             : c->cube.damaged                            ? "damaged"
             : st == ST_NOTFOUND && c->cube.watermark.len ? "other_log"
                                                          : NULL;
    return st;
}

enum status cells_step(struct cells *c, struct cells_step *step,
                       struct err *err)
{
    const char *cause = NULL;
    enum status st;

    step->rows = 0;
    st = run(c, step, &cause, err);
    if (!cause)
        return st;
    step->more = true;
    return cells_discard(c, cause, err);
}

enum status cells_update(struct cells *c, uint64_t *rows, struct err *err)
{
    const char *cause = NULL;
    struct cells_step step = {0};

    for (int i = 0; i < ATTEMPTS; i++) {
        enum status st = run(c, &step, &cause, err);

        if (!cause) {
            if (st == ST_OK)
                *rows = step.rows;
            return st;
        }
        st = cells_discard(c, cause, err);
        if (st != ST_OK)
            return st;
    }
    return err_set(err, ST_BUSY,
                   "the sums were begun again %d times (%s): try later",
                   ATTEMPTS, cause);
}
