/* plans.c - see plans.h. */
#include "plans.h"

#include <stdlib.h>

#include "scorer/counts.h"

const char *const rate_names[RATES] = {"satisfied", "fair",  "dissatisfied",
                                       "csat",      "mean",  "complained",
                                       "nps",       "loyal", "answer"};

/* ---- surveys ---- */

static enum status check_boxes(const struct plan *p, struct err *err)
{
    const struct item *item = &p->survey->item[p->roles.overall];

    return p->boxes < item_points(item)
               ? ST_OK
               : err_set(err, ST_INVALID,
                         "--boxes: %s of %s has %d points only", item->code,
                         p->survey->code, item_points(item));
}

static enum status check_stay(const struct plan *p, struct err *err)
{
    const struct item *item = &p->survey->item[p->roles.loyalty];

    return p->stay >= item->min && p->stay <= item->max
               ? ST_OK
               : err_set(err, ST_INVALID, "--stay: %s of %s is on %d-%d",
                         item->code, p->survey->code, item->min, item->max);
}

static enum status make(const struct survey *s, const struct query *q,
                        struct plan *out, struct err *err)
{
    struct plan p = {.survey = s};
    enum status st = roles_of(s, q, &p.roles, err);

    if (st == ST_OK && p.roles.overall != SIZE_MAX) {
        if (query_flag(q, "boxes") || !s->model.constructs)
            p.boxes = (int)query_count(q, "boxes", 2);
        st = cut_of(&s->item[p.roles.overall], q, &p.cut, err);
        if (st == ST_OK)
            st = check_boxes(&p, err);
    }
    if (st == ST_OK && p.roles.loyalty != SIZE_MAX) {
        p.stay = (int)query_count(q, "stay", s->item[p.roles.loyalty].max - 1);
        st = check_stay(&p, err);
    }
    if (st == ST_OK)
        *out = p;
    return st;
}

const struct plan *plans_of(const struct plans *p, const struct survey *s)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->list[i].survey == s)
            return &p->list[i];
    return NULL;
}

enum status plans_make(struct engine *e, const struct query *q,
                       struct plans *out, struct err *err)
{
    struct query whole = *q;
    struct counts l = {0};
    struct plans p = {.count = 0};
    enum status st;

    whole.by_count = 0;
    st = engine_counts(e, &whole, NULL, 0, &l, NULL, err);
    if (st == ST_OK && !(p.list = malloc((l.surveys + 1) * sizeof *p.list)))
        st = ST_NOMEM;
    for (size_t i = 0; i < l.surveys && st == ST_OK; i++) {
        st = make(l.survey[i], q, &p.list[p.count], err);
        p.count += st == ST_OK;
    }
    memcpy(p.weighting, l.weighting, sizeof p.weighting);
    counts_free(&l);
    if (st == ST_OK)
        *out = p;
    else
        plans_free(&p);
    return st;
}

void plans_free(struct plans *p)
{
    free(p->list);
    *p = (struct plans){.count = 0};
}

/* ---- rates ---- */

size_t rate_item(const struct plan *p, enum rate rate)
{
    const struct roles *r = &p->roles;

    switch (rate) {
    case RATE_SATISFIED:
    case RATE_FAIR:
    case RATE_DISSATISFIED:
        return p->cut.known ? r->overall : SIZE_MAX;
    case RATE_CSAT:
        return p->boxes ? r->overall : SIZE_MAX;
    case RATE_COMPLAINED:
        return r->complaint;
    case RATE_NPS:
        return r->recommend;
    case RATE_LOYAL:
        return r->loyalty;
    case RATE_MEAN:
    case RATE_ANSWER:
    case RATES:
        break;
    }
    return r->overall;
}

bool rate_is_share(enum rate rate)
{
    return rate != RATE_MEAN && rate != RATE_NPS;
}

/* Promoters 9-10; detractors 0-6 (Reichheld 2003, Harvard Business Review
 * 81(12)), which of 1-10 leaves 1-6. */
static double promotes(int answer)
{
    if (answer >= 9)
        return 100;
    return answer <= 6 ? -100 : 0;
}

static bool counts(const struct plan *p, enum rate rate, int told, int answer)
{
    const struct item *item = &p->survey->item[rate_item(p, rate)];

    switch (rate) {
    case RATE_SATISFIED:
        return answer >= p->cut.satisfied;
    case RATE_FAIR:
        return answer >= p->cut.fair && answer < p->cut.satisfied;
    case RATE_DISSATISFIED:
        return answer < p->cut.fair;
    case RATE_CSAT:
        return answer > item->max - p->boxes;
    case RATE_COMPLAINED:
        return answer == p->roles.complained;
    case RATE_LOYAL:
        return answer >= p->stay;
    case RATE_ANSWER:
        return answer == told;
    case RATE_MEAN:
    case RATE_NPS:
    case RATES:
        break;
    }
    return false;
}

void rate_scores(const struct plan *p, enum rate rate, int answer, double *out)
{
    const struct item *item = &p->survey->item[rate_item(p, rate)];

    for (int v = item->min; v <= item->max; v++) {
        double score = counts(p, rate, answer, v) ? 100 : 0;

        if (rate == RATE_MEAN)
            score = v;
        else if (rate == RATE_NPS)
            score = promotes(v);
        out[v - item->min] = score;
    }
}

void rate_range(const struct plan *p, enum rate rate, double *low, double *high)
{
    const struct item *item = &p->survey->item[rate_item(p, rate)];

    *low = rate == RATE_NPS ? -100 : 0;
    *high = 100;
    if (rate == RATE_MEAN) {
        *low = item->min;
        *high = item->max;
    }
}
