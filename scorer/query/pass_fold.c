/* pass_fold.c - the adding side of a pass, see pass.h. */
#include "fold.h"
#include "pass.h"

static enum status commit(struct pass *p, const struct batch *b)
{
    struct cube *cube = &p->cells->cube;
    enum status st = cells_put_forms(cube, &b->forms, &p->err);

    if (st == ST_OK)
        st = cube_put_watermark(cube, &b->watermark, &p->err);
    if (st == ST_OK)
        st = cube_told(cube, durable_commit(cube->table, &p->err));
    if (st == ST_OK)
        cube->watermark = b->watermark;
    return st;
}

void *pass_fold(void *pass)
{
    struct pass *p = pass;
    struct cube *cube = &p->cells->cube;
    bool begun = false; /* a transaction of the cube */
    enum status st = ST_OK;
    struct batch *b;

    while (st == ST_OK && (b = queue_pop(p->full, -1))) {
        if (!begun)
            st = durable_begin(cube->table, &p->err);
        begun = true;
        if (st == ST_OK)
            st = fold_tally(cube, b->forms.form, &b->tally, &p->err);
        if (st == ST_OK && b->ends_step) {
            st = commit(p, b);
            begun = false;
        }
        tally_clear(&b->tally);
        if (st == ST_OK && !queue_push(p->empty, b))
            st = ST_STOPPED;
    }
    if (st != ST_OK)
        queue_close(p->empty);
    durable_rollback(cube->table);
    p->status = st;
    return NULL;
}
