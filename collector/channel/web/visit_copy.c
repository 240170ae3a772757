/* visit_copy.c - see visit.h: a customer's own answers, for the customer. */
#include <string.h>

#include "visit.h"

static bool has_own(const struct page_copy *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].context.entry == ENTRY_OWN)
            return true;
    return false;
}

/* The collector's entries: ST_NOTFOUND when it could not be asked. */
static enum status take_told(struct visit *v, struct page_copy *out,
                             struct response *list)
{
    struct wire_copied told;
    struct submission s;
    enum reason reason;

    if (v->copy.len == 0 ||
        wire_read_copy(v->copy.data, v->copy.len, &told, &reason) != ST_OK)
        return ST_NOTFOUND;
    if (told.list.count == 0 || !told.version)
        return ST_OK;
    v->copied = known_version(v->web->known, told.version);
    if (!v->copied)
        return ST_NOTFOUND; /* its questions are not known here */
    while (told.list.count && out->count < ENTRIES) {
        if (wire_next_submission(&told.list, &s) != REASON_NONE)
            return ST_NOTFOUND;
        if (s.response.items == v->copied->items)
            list[out->count++] = s.response;
    }
    return ST_OK;
}

enum status visit_gather(struct visit *v, struct page_copy *out,
                         struct response list[ENTRIES + 1],
                         uint8_t answers[ITEMS_MAX])
{
    const unsigned marks = v->noted ? v->slip.marks : 0;
    struct submission own;
    enum status st = take_told(v, out, list);

    if (marks & (SLIP_DRAFT | SLIP_ANSWERED) && !(marks & SLIP_SCRUBBED) &&
        v->survey && !has_own(out) && (!v->copied || v->copied == v->survey)) {
        visit_response(v, answers, &own);
        list[out->count++] = own.response;
        v->copied = v->survey;
        out->waiting = true;
        st = ST_OK;
    }
    return st;
}
