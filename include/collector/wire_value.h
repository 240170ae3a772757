/* wire_value.h - one msgpack token after another, without allocating.
 *
 * msgpack-c's unpacker believes the counts in the bytes (five of them can
 * claim 2 GB) and builds a tree of objects; a batch of a thousand responses
 * needs neither.  This reads a token in place.
 */
#ifndef COLLECTOR_WIRE_VALUE_H
#define COLLECTOR_WIRE_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum wire_kind {
    WIRE_NIL,
    WIRE_BOOL,
    WIRE_UINT,
    WIRE_NEGATIVE,
    WIRE_FLOAT,
    WIRE_STR,
    WIRE_BIN,
    WIRE_ARRAY,
    WIRE_MAP
};

struct wire_value {
    enum wire_kind kind;
    double real;         /* FLOAT */
    uint64_t number;     /* BOOL, UINT; NEGATIVE: two's complement */
    const uint8_t *data; /* STR, BIN: within the frame */
    size_t len;          /* STR, BIN: bytes; ARRAY: elements; MAP: pairs */
};

/* Read the token at *at, which moves behind it (the children of a list or map
 * follow).  false: the bytes end too early, or it is an extension or reserved
 * type; *at is then anywhere. */
MUST_USE bool wire_token(const uint8_t **at, const uint8_t *end,
                         struct wire_value *out);

#endif
