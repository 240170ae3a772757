/* pass_add.c - the adding side of a pass, see pass.h. */
#include "fold.h"
#include "pass.h"
#include "scorer/errors.h"
#include "surveys/period.h"

struct adder {
    struct cells *cells;
    struct tally tally;
    bool begun; /* a transaction of the cube */
    struct err *err;
};

static enum status begin(struct adder *a)
{
    enum status st;

    if (a->begun)
        return ST_OK;
    st = durable_begin(a->cells->cube.table, a->err);
    a->begun = st == ST_OK;
    return st;
}

static enum status flush(struct adder *a)
{
    enum status st = begin(a);

    if (st == ST_OK)
        st = fold_tally(&a->cells->cube, a->cells->form, &a->tally, a->err);
    tally_clear(&a->tally);
    return st;
}

static enum status end_step(struct adder *a, const struct watermark *w)
{
    struct cube *cube = &a->cells->cube;
    enum status st = flush(a);

    if (st == ST_OK)
        st = cells_put_forms(a->cells, a->err);
    if (st == ST_OK)
        st = cube_put_watermark(cube, w, a->err);
    if (st == ST_OK)
        st = cube_told(cube, durable_commit(cube->table, a->err));
    if (st == ST_OK) {
        a->begun = false;
        cube->watermark = *w;
    }
    return st;
}

/* The collector checked this; a damaged store must not write past a cell. */
static bool legal(const struct form *f, const uint8_t *answers)
{
    for (size_t i = 0; i < f->items; i++)
        if (answers[i] > f->start[i + 1] - f->start[i])
            return false;
    return true;
}

static enum status add_row(struct adder *a, const struct pending *p)
{
    struct form *f = p->version->form;
    struct cell cell;
    enum status st = ST_OK;

    if (!legal(f, p->answers)) {
        char id[2 * ID_SIZE + 1];

        bytes_hex(p->id, ID_SIZE, id);
        return err_set(a->err, ST_CORRUPT,
                       "the store's response %s holds an answer that %s does "
                       "not have",
                       id, p->version->survey->code);
    }
    if (!f->number)
        st = cells_number(a->cells, f);
    f->survey = p->version->survey;
    memset(&cell, 0, sizeof cell);
    cell.form = f->number;
    cell.when = period_day(p->event_at);
    cell.rate_ppm = p->rate_ppm;
    cell.context = p->context;
    if (st == ST_OK)
        st = tally_add(&a->tally, &cell, errors_group(p->respondent, p->id),
                       p->minus, p->answers, f->items);
    return st == ST_OK && tally_full(&a->tally) ? flush(a) : st;
}

static enum status add_block(struct adder *a, const struct block *b)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < b->rows && st == ST_OK; i++)
        st = add_row(a, &b->row[i]);
    return st == ST_OK && b->ends_step ? end_step(a, &b->watermark) : st;
}

void *pass_add(void *pass)
{
    struct pass *p = pass;
    struct adder a = {.cells = p->cells, .err = &p->err};
    enum status st = ST_OK;
    struct block *b;

    tally_open(&a.tally);
    while (st == ST_OK && (b = queue_pop(p->full, -1))) {
        st = add_block(&a, b);
        if (st == ST_OK && !queue_push(p->empty, b))
            st = ST_STOPPED;
    }
    if (st != ST_OK)
        queue_close(p->empty);
    durable_rollback(p->cells->cube.table);
    tally_free(&a.tally);
    p->status = st;
    return NULL;
}
