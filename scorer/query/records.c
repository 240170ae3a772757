/* records.c - from estimates to score records, by the rules of thin cells. */
#include <math.h>
#include <stdlib.h>

#include "engine_handle.h"

/* Readers see one decimal. */
static double shown(const struct query *q, double v)
{
    return q->reader == READER_PUBLIC ? round(10 * v) / 10 : v;
}

/* Of what a reader may not see not even the count is told. */
static struct score nothing(struct score s)
{
    s.n = COUNT_NONE;
    s.n_eff = NAN;
    s.status = "live";
    s.flags = SCORE_SUPPRESSED;
    return s;
}

/* All but the texts, which move. */
static struct score record(const struct query *q, const struct cell_estimate *e)
{
    struct score s = {.index = NAN,
                      .n = e->n,
                      .n_eff = e->n_eff,
                      .interval = {NAN, NAN, NAN},
                      .method = e->own ? "own" : "parent",
                      .flags = e->flags};

    memcpy(s.form, e->form, HASH_SIZE);
    s.status = e->flags & SCORE_THIN_FIT ? "provisional" : "live";
    if (q->reader == READER_PUBLIC && (e->hidden || e->n < N_SHOWN))
        return nothing(s);
    if (e->n < N_SHOWN) {
        s.flags |= SCORE_SUPPRESSED;
        return s;
    }
    if (e->n < N_FIRM)
        s.flags |= SCORE_INDICATIVE;
    s.index = shown(q, e->index);
    s.n_eff = shown(q, s.n_eff);
    s.interval = cell_interval(e);
    s.interval.se = shown(q, s.interval.se);
    s.interval.low = shown(q, s.interval.low);
    s.interval.high = shown(q, s.interval.high);
    if (!isnan(s.index) && isnan(s.interval.se))
        s.flags |= SCORE_NO_INTERVAL;
    return s;
}

/* A text of at most `size - 1` bytes, copied to *at, which moves on. */
static const char *keep(char **at, const char *text, size_t size)
{
    char *to = *at;

    snprintf(to, size, "%s", text);
    *at += size;
    return to;
}

enum status records_make(const struct estimates *l, const struct query *q,
                         struct scores *out)
{
    const size_t by = q->by_count;
    const size_t texts =
        SURVEY_CODE_MAX + 1 + ITEM_CODE_MAX + 1 + by * (CODE_MAX + 1);
    const size_t shared = WEIGHTING_TEXT + ROLLUP_TEXT;
    const size_t each = sizeof(struct score) + by * sizeof(char *) + texts;
    struct score *list = malloc(l->count * each + shared);
    const char **cell = (const char **)(list + l->count);
    char *at = (char *)(cell + l->count * by);
    const char *weighting, *rollup;

    if (!list)
        return ST_NOMEM;
    weighting = keep(&at, l->weighting, WEIGHTING_TEXT);
    rollup = keep(&at, l->rollup, ROLLUP_TEXT);
    for (size_t i = 0; i < l->count; i++) {
        const struct cell_estimate *e = &l->list[i];

        list[i] = record(q, e);
        list[i].survey = keep(&at, e->survey, SURVEY_CODE_MAX + 1);
        list[i].construct = keep(&at, e->construct, ITEM_CODE_MAX + 1);
        list[i].weighting = weighting;
        list[i].rollup = rollup;
        list[i].cell = cell;
        for (size_t k = 0; k < by; k++)
            *cell++ = keep(&at, e->cell[k], CODE_MAX + 1);
    }
    out->count = l->count;
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
