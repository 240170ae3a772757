/* pass.c - the reading side of a pass, see pass.h: what each entry of the log
 * adds to the sums and takes out of them.
 *
 * An entry that counts is added; one that it replaces and that counted is
 * taken out.  An erased one has no bytes left to take out, and the sums may
 * hold it: then they are made again from the start of the log.  They cannot
 * hold it if it was met in this pass already without its bytes.
 */
#include <stdlib.h>

#include "collector/log.h"
#include "intern.h"
#include "pass.h"

/* Erasures that keep hitting what was just read end a pass at last. */
enum { ATTEMPTS = 8 };

struct reader {
    struct pass *pass;
    struct block *block;           /* being filled, or NULL */
    const struct version *version; /* of the last row */
    struct intern wiped; /* id and entry of what was met without its bytes */
    uint64_t rows;       /* entries read, in all */
    bool rebuild;
    struct err *err;
};

static enum status start(struct pass *p)
{
    enum status st = queue_new(BLOCKS, &p->empty);

    if (st == ST_OK)
        st = queue_new(BLOCKS, &p->full);
    if (st != ST_OK)
        return st;
    /* pages of blocks that a short pass does not need are never touched */
    p->block = malloc(BLOCKS * sizeof *p->block);
    if (!p->block)
        return ST_NOMEM;
    for (size_t i = 0; i < BLOCKS; i++)
        if (!queue_push(p->empty, &p->block[i]))
            return ST_STOPPED;
    if (pthread_create(&p->adder, NULL, pass_add, p) != 0)
        return ST_NOMEM;
    p->started = true;
    return ST_OK;
}

/* Wait for the adder and take its status, when this side met nothing. */
static enum status finish(struct pass *p, enum status st, struct err *err)
{
    if (p->started) {
        queue_close(p->full);
        pthread_join(p->adder, NULL);
        if (p->status != ST_OK && (st == ST_OK || st == ST_STOPPED)) {
            st = p->status;
            if (err)
                *err = p->err;
        }
    }
    queue_free(&p->empty);
    queue_free(&p->full);
    free(p->block);
    return st;
}

static enum status need_block(struct reader *r)
{
    struct pass *p = r->pass;
    enum status st = p->started ? ST_OK : start(p);

    if (st != ST_OK || r->block)
        return st;
    r->block = queue_pop(p->empty, -1);
    if (!r->block)
        return ST_STOPPED; /* the adder failed */
    r->block->rows = 0;
    r->block->ends_step = false;
    return ST_OK;
}

static enum status send_block(struct reader *r)
{
    const bool taken = queue_push(r->pass->full, r->block);

    r->block = NULL;
    return taken ? ST_OK : ST_STOPPED;
}

static enum status version_of(struct reader *r, const struct response *in)
{
    struct cells *c = r->pass->cells;
    enum status st = ST_OK;

    if (!r->version ||
        memcmp(r->version->survey->version, in->version, HASH_SIZE) != 0)
        st = forms_version(&c->forms, c->store, in->version, &r->version,
                           r->err);
    if (st == ST_NOTFOUND ||
        (st == ST_OK && in->items != r->version->form->items)) {
        char id[2 * ID_SIZE + 1];

        bytes_hex(in->id, ID_SIZE, id);
        st = err_set(r->err, ST_CORRUPT,
                     "the store's response %s has no definition that fits it",
                     id);
    }
    return st;
}

static enum status send(struct reader *r, const struct response *in, bool minus)
{
    enum status st = version_of(r, in);
    struct pending *p;

    if (st == ST_OK)
        st = need_block(r);
    if (st != ST_OK)
        return st;
    p = &r->block->row[r->block->rows++];
    p->version = r->version;
    p->event_at = in->event_at;
    p->rate_ppm = in->rate_ppm;
    p->minus = minus;
    p->context = in->context;
    memcpy(p->respondent, in->respondent, ID_SIZE);
    memcpy(p->id, in->id, ID_SIZE);
    memcpy(p->answers, in->answers, in->items);
    return r->block->rows == BLOCK_ROWS ? send_block(r) : ST_OK;
}

static enum status take(void *ctx, const struct store_row *row)
{
    struct reader *r = ctx;
    const struct store_entry *new = &row->entry, *old = row->replaced;
    uint8_t key[ID_SIZE + 1];
    enum status st = ST_OK;
    uint32_t number;

    r->rows++;
    memcpy(key, new->response.id, ID_SIZE);
    key[ID_SIZE] = new->response.context.entry;
    if (old && old->state == STATE_ERASED && !intern_has(&r->wiped, key)) {
        r->rebuild = true;
        return ST_STOPPED;
    }
    if (old && old->state == STATE_COUNTED)
        st = send(r, &old->response, true);
    if (st == ST_OK && new->state == STATE_ERASED)
        st = intern_put(&r->wiped, key, &number, NULL);
    else if (st == ST_OK && new->state == STATE_COUNTED)
        st = send(r, &new->response, false);
    return st;
}

static enum status end_step(struct reader *r, const struct watermark *w)
{
    enum status st = need_block(r);

    if (st != ST_OK)
        return st;
    r->block->ends_step = true;
    r->block->watermark = *w;
    return send_block(r);
}

static enum status read_log(struct reader *r)
{
    struct cells *c = r->pass->cells;
    struct watermark from = c->cube.watermark, to = from;
    enum status st = ST_OK;
    uint64_t before;

    do {
        before = r->rows;
        st = store_scan(c->store, &from, SCAN_NUMBERS, STEP_ROWS, take, r, &to,
                        r->err);
        if (st == ST_OK && r->rows > before)
            st = end_step(r, &to);
        from = to;
    } while (st == ST_OK && r->rows - before == STEP_ROWS);
    return st;
}

/* *cause: why the cube must be made again, NULL when it need not. */
static enum status run(struct cells *c, uint64_t *rows, const char **cause,
                       struct err *err)
{
    struct pass p = {.cells = c};
    struct reader r = {.pass = &p, .wiped = {.size = ID_SIZE + 1}, .err = err};
    enum status st = finish(&p, read_log(&r), err);

    intern_free(&r.wiped);
    *rows += r.rows;
    *cause = r.rebuild                                    ? "erased"
             : c->cube.damaged                            ? "damaged"
             : st == ST_NOTFOUND && c->cube.watermark.len ? "other_log"
                                                          : NULL;
    return st;
}

enum status cells_update(struct cells *c, uint64_t *rows, struct err *err)
{
    const char *cause = NULL;
    uint64_t read = 0;

    for (int i = 0; i < ATTEMPTS; i++) {
        enum status st = run(c, &read, &cause, err);

        if (!cause) {
            if (st == ST_OK)
                *rows = read;
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
