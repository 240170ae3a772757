/* wire_head.h - what every message begins with: version, type, batch. */
#ifndef INTAKE_WIRE_HEAD_H
#define INTAKE_WIRE_HEAD_H

#include "wire_record.h"

struct wire_head {
    uint8_t v;
    uint8_t type; /* enum right of a request, enum wire_reply of a reply */
    uint64_t batch;
};

/* The first fields of a message's table, whose struct has a `head`. */
#define WIRE_HEAD(TYPE, PARSE, TEXT, BATCH_REQUIRED)                           \
    {FIELD(FIELD_U8, TYPE, "v", head.v), .required = true},                    \
        {FIELD(FIELD_WORD, TYPE, "type", head.type), .required = true,         \
         .parse = PARSE, .word = TEXT},                                        \
    {                                                                          \
        FIELD(FIELD_U64, TYPE, "batch", head.batch),                           \
            .required = BATCH_REQUIRED                                         \
    }

/* Scan the frame and find its head, in whatever order the keys stand.  What
 * could be read of it is in *out also when it is refused. */
MUST_USE enum reason wire_read_head(const uint8_t *frame, size_t len,
                                    bool (*parse)(const char *, uint8_t *),
                                    struct wire_head *out);

#endif
