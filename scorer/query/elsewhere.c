/* elsewhere.c - where answers are when a query met none: the months of each
 * frame, from the keys of the cells alone. */
#include "engine_handle.h"
#include "surveys/period.h"

struct months {
    bool any;
    int32_t first, last;
};

struct looking {
    const struct query *query;
    enum layer layer;
    struct months frame[FRAMES];
};

static bool note(void *ctx, const struct cell *cell)
{
    struct looking *l = ctx;
    struct months *m = &l->frame[cell->context.frame];
    const int32_t month =
        l->layer == LAYER_DAY ? period_month(cell->when) : cell->when;

    if (!query_in_scope(l->query, cell))
        return false;
    if (!m->any || month < m->first)
        m->first = month;
    if (!m->any || month > m->last)
        m->last = month;
    m->any = true;
    return false; /* its value tells nothing */
}

static void print(const struct looking *l, char out[ELSEWHERE_MAX])
{
    size_t len = 0;

    *out = '\0';
    for (enum frame f = 0; f < FRAMES; f++) {
        const struct months *m = &l->frame[f];
        char first[PERIOD_TEXT], last[PERIOD_TEXT];

        if (!m->any || len >= ELSEWHERE_MAX)
            continue;
        period_format_month(m->first, first);
        period_format_month(m->last, last);
        len += (size_t)snprintf(out + len, ELSEWHERE_MAX - len, "%s%s%s%s (%s)",
                                len ? ", " : "", first,
                                m->first == m->last ? "" : " to ",
                                m->first == m->last ? "" : last, frame_name(f));
    }
}

enum status engine_elsewhere(struct engine *e, const struct query *q,
                             char out[ELSEWHERE_MAX], struct err *err)
{
    struct looking l = {
        .query = q, .layer = query_by_month(q, true) ? LAYER_MONTH : LAYER_DAY};
    struct selection s = {0};
    enum status st;

    *out = '\0';
    if (q->reader != READER_ANALYST)
        return ST_OK; /* it would tell of single answers */
    st = select_forms(e, q, &s, err);
    for (size_t i = 0; i < s.count && st == ST_OK; i++)
        st = cells_walk_some(e->cells, s.form[i], l.layer, INT32_MIN, INT32_MAX,
                             note, NULL, &l, err);
    selection_free(&s);
    if (st == ST_OK)
        print(&l, out);
    return st;
}
