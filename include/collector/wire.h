/* wire.h - the messages between a gateway and the collector.
 *
 * One frame, one msgpack map with string keys; collector/README.md documents
 * every field so that a client can be written from the page alone.  Decoding
 * first walks the bytes without allocating anything (lengths lie), then takes
 * them apart into views: a decoded message lives as long as the frame it was
 * decoded from.
 */
#ifndef COLLECTOR_WIRE_H
#define COLLECTOR_WIRE_H

#include "base/bytes.h"
#include "surveys/response.h"

#define WIRE_VERSION 1

/* Why a message or a response was refused: the word on the wire, in metrics
 * and in logs.  X(symbol, word) */
#define WIRE_REASONS(X)                                                        \
    X(NONE, "none")                                                            \
    X(FRAMES, "frames")       /* more than one frame */                        \
    X(SIZE, "size")           /* over MESSAGE_MAX, or empty */                 \
    X(MALFORMED, "malformed") /* not msgpack, lying lengths */                 \
    X(DEPTH, "depth")                                                          \
    X(COUNT, "count")            /* over BATCH_MAX */                          \
    X(PROTOCOL, "protocol")      /* another wire version */                    \
    X(TYPE, "type")              /* unknown message type */                    \
    X(FIELD, "field")            /* missing, of wrong type or size */          \
    X(IDENTITY, "identity")      /* key not known, or revoked */               \
    X(RIGHTS, "rights")          /* not this type, channel, frame, unit */     \
    X(SURVEY, "survey")          /* unknown survey */                          \
    X(SURVEY_VERSION, "version") /* unknown version of it */                   \
    X(DEFINITION, "definition")  /* a definition that does not pass */         \
    X(ID, "id")                  /* not a UUIDv7, or of another survey */      \
    X(CODE, "code")              /* a code not in its table that day */        \
    X(ANSWERS, "answers")        /* wrong number, or off the scale */          \
    X(TIME, "time")              /* event_at impossible */                     \
    X(COMMENT, "comment")        /* too long, or not UTF-8 */                  \
    X(ERASED, "erased")          /* withdrawn by the customer */               \
    X(TOO_LATE, "too_late")      /* a correction after its time */             \
    X(NOT_FOUND, "not_found")                                                  \
    X(BUSY, "busy") /* not now: send again later; never final */

#define X(symbol, word) REASON_##symbol,
enum reason { WIRE_REASONS(X) REASONS };
#undef X
const char *reason_word(enum reason r);

struct submission {
    struct response response;
    bool correction;
};

struct rejection {
    uint8_t id[ID_SIZE];
    uint8_t entry; /* enum entry */
    enum reason reason;
};

struct ack {
    uint64_t batch;
    uint32_t accepted, duplicate, filled;
    size_t rejections;
    struct rejection *rejected; /* caller's array on encoding; on decoding
                                   allocated, free() by the caller */
    enum reason refused;        /* the whole message, REASON_NONE when taken */
};

struct survey_name {
    const char *code;       /* "tcsi-mobile" */
    const uint8_t *version; /* HASH_SIZE */
};

/* Encode a submit of `count` responses of one survey.  Appends to *out, whose
 * max should be MESSAGE_MAX; ST_RANGE when they do not fit. */
MUST_USE enum status wire_submit(uint64_t batch, const struct survey_name *name,
                                 const struct submission *list, size_t count,
                                 struct buffer *out);
MUST_USE enum status wire_ack(const struct ack *ack, struct buffer *out);
/* ST_INVALID with *reason for anything that is not a legal ack. */
MUST_USE enum status wire_read_ack(const uint8_t *frame, size_t len,
                                   struct ack *out, enum reason *reason);

#endif
