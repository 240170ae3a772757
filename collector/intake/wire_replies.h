/* wire_replies.h - the records of replies, as writer and reader share them. */
#ifndef INTAKE_WIRE_REPLIES_H
#define INTAKE_WIRE_REPLIES_H

#include "wire_fields.h"
#include "wire_head.h"
#include "wire_words.h"

struct reply {
    struct wire_head head;
    struct ack ack;
    uint8_t reason; /* enum reason */
    struct wire_text detail;
    struct wire_described described;
    struct wire_list list;
    struct invitation invitation;
    uint8_t state; /* enum invitation_state */
    size_t items;
    const uint8_t *have;
    bool more;
    const uint8_t *id; /* ID_SIZE */
};

/* struct rejection with its reason as the record reader wants it */
struct refusal {
    struct rejection r;
    uint8_t reason;
};

extern const struct record wire_reply_record[WIRE_REPLIES];
/* A state with the invitation behind it, a copy with its survey. */
extern const struct record wire_known_state_record, wire_found_copy_record;
extern const struct record wire_refusal_record;

#endif
