/* optouts.c - see optouts.h.  The collector hands them out in the order of the
 * respondents, a message at a time. */
#include "optouts.h"

#include <stdlib.h>

#define PAGE 1000

static enum status add(struct optouts *o, const struct wire_event *e)
{
    struct optout *list = o->list;

    if (o->count == OPTOUTS_MAX)
        return ST_RANGE;
    if (o->count == o->cap) {
        const size_t cap = o->cap ? 2 * o->cap : PAGE;

        list = realloc(list, cap * sizeof *list);
        if (!list)
            return ST_NOMEM;
        o->list = list;
        o->cap = cap;
    }
    memcpy(list[o->count].respondent, e->respondent, ID_SIZE);
    list[o->count++].at = e->at;
    return ST_OK;
}

/* Take one reply; they must ascend, or the search would miss some. */
static enum status take(struct optouts *o, const struct buffer *frame,
                        bool *more, struct err *err)
{
    struct wire_list list;
    enum reason reason;
    uint64_t batch;
    const size_t before = o->count;
    enum status st = wire_read_optouts(frame->data, frame->len, &batch, &list,
                                       more, &reason);

    while (st == ST_OK && list.count) {
        struct wire_event e;

        if (wire_next_event(&list, &e) != REASON_NONE ||
            e.kind != EVENT_OPT_OUT ||
            (o->count && memcmp(o->list[o->count - 1].respondent, e.respondent,
                                ID_SIZE) >= 0))
            st = ST_INVALID;
        else
            st = add(o, &e);
    }
    if (st == ST_OK && *more && o->count == before)
        st = ST_INVALID;
    if (st == ST_OK)
        return ST_OK;
    return err_set(err, st, "%s",
                   st == ST_NOMEM   ? "out of memory"
                   : st == ST_RANGE ? "more opt-outs than one draw can hold"
                                    : "the collector's list of opt-outs can "
                                      "not be read");
}

enum status optouts_fetch(struct sender *s, int64_t ms, struct optouts *out,
                          struct err *err)
{
    struct optouts o = {NULL, 0, 0};
    struct buffer frame = {0};
    bool more = true;
    enum status st = ST_OK;

    while (st == ST_OK && more) {
        const struct question q = {
            .type = RIGHT_OPTOUTS,
            .max = PAGE,
            .id = o.count ? o.list[o.count - 1].respondent : NULL};

        frame.len = 0;
        st = sender_answer(s, &q, ms, &frame, err);
        if (st == ST_OK)
            st = take(&o, &frame, &more, err);
    }
    buffer_free(&frame);
    if (st == ST_OK)
        *out = o;
    else
        optouts_free(&o);
    return st;
}

void optouts_free(struct optouts *o)
{
    free(o->list);
    *o = (struct optouts){NULL, 0, 0};
}

static int respondent_order(const void *key, const void *element)
{
    const struct optout *o = element;

    return memcmp(key, o->respondent, ID_SIZE);
}

bool optouts_has(const struct optouts *o, const uint8_t respondent[ID_SIZE],
                 int64_t since)
{
    const struct optout *found =
        o->count ? bsearch(respondent, o->list, o->count, sizeof *o->list,
                           respondent_order)
                 : NULL;

    return found && found->at >= since;
}
