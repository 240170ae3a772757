/* cargo.c - see cargo.h. */
#include "cargo.h"

#include <assert.h>

struct cargo cargo_part(const struct cargo *c, size_t first, size_t count)
{
    struct cargo part = *c;

    assert(first <= c->count && count <= c->count - first);
    part.count = count;
    if (part.responses)
        part.responses += first;
    if (part.events)
        part.events += first;
    if (part.invitations)
        part.invitations += first;
    if (part.samples)
        part.samples += first;
    if (part.ids)
        part.ids += first * ID_SIZE;
    return part;
}

enum status cargo_pack(const struct cargo *c, uint64_t batch,
                       struct buffer *out)
{
    switch (c->type) {
    case RIGHT_SUBMIT:
        return wire_submit(batch, c->name, c->responses, c->count, out);
    case RIGHT_EVENT:
        return wire_events(batch, c->events, c->count, out);
    case RIGHT_INVITE:
        return wire_invite(batch, c->invitations, c->count, out);
    case RIGHT_SAMPLE:
        return wire_samples(batch, c->samples, c->count, out);
    default:
        assert(c->type == RIGHT_ERASE);
        return wire_erase(batch, c->ids, c->count, NULL, out);
    }
}

const uint8_t *cargo_id(const struct cargo *c, size_t i)
{
    if (c->responses)
        return c->responses[i].response.id;
    if (c->events)
        return c->events[i].id;
    if (c->invitations)
        return c->invitations[i].id;
    return c->samples ? c->samples[i].id : c->ids + i * ID_SIZE;
}

uint8_t cargo_entry(const struct cargo *c, size_t i)
{
    return c->responses ? c->responses[i].response.context.entry
                        : OUTBOX_NO_ENTRY;
}

uint64_t cargo_place(const struct cargo *c, size_t i)
{
    return c->responses ? c->responses[i].place : 0;
}
