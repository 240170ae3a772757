/* cargo.h - what a message carries: a list of one kind. */
#ifndef CLIENT_CARGO_H
#define CLIENT_CARGO_H

#include "collector/client.h"

struct cargo {
    enum right type; /* RIGHT_SUBMIT, _EVENT, _INVITE, _SAMPLE or _ERASE */
    size_t count;
    const struct survey_name *name; /* of responses */
    /* the one that the type tells, the others NULL */
    const struct submission *responses;
    const struct wire_event *events;
    const struct invitation *invitations;
    const struct wire_sample *samples;
    const uint8_t *ids; /* ID_SIZE bytes each */
};

/* `count` of them from `first` on. */
struct cargo cargo_part(const struct cargo *c, size_t first, size_t count);
/* Append the message.  ST_RANGE when it does not fit. */
MUST_USE enum status cargo_pack(const struct cargo *c, uint64_t batch,
                                struct buffer *out);
const uint8_t *cargo_id(const struct cargo *c, size_t i);
uint8_t cargo_entry(const struct cargo *c, size_t i); /* or OUTBOX_NO_ENTRY */
uint64_t cargo_place(const struct cargo *c, size_t i);

#endif
