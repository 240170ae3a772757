/* wire.h - the messages between manyi-scorer serve and who asks it.
 *
 * One frame, one msgpack map with string keys, as on the collector's wire;
 * README.md documents every field so that a client can be written from the
 * page alone.  What comes from outside is walked first without allocating
 * anything (collector/wire_scan.h), then taken apart field by field.
 */
#ifndef SERVE_WIRE_H
#define SERVE_WIRE_H

#include "collector/keys.h"
#include "collector/wire_scan.h"
#include "scorer/kind.h"

enum {
    ASK_VERSION = 1,
    ASK_FILTERS_MAX = 32, /* dimensions in a where, and in a scope */
    ASK_CODES_MAX = 512,  /* codes of each */
    ASK_OPTIONS_MAX = 32,
    ASK_TEXT_MAX = 256, /* bytes of a name, a code or a value */
    /* A reply has so many parts at most, of at most MESSAGE_MAX bytes and
     * BATCH_MAX rows each: 16 MB, which a peer may leave unread. */
    ANSWER_PARTS_MAX = 64
};

/* Why a question gets no answer: the word on the wire and in metrics, and what
 * it is to the program that asked.  X(symbol, word, status) */
#define TROUBLES(X)                                                            \
    X(NONE, "none", ST_OK)                                                     \
    X(MALFORMED, "malformed", ST_INVALID) /* no msgpack, too large, too deep,  \
                                             or of several frames */           \
    X(PROTOCOL, "protocol",                                                    \
      ST_INVALID)               /* another version of these messages */        \
    X(TYPE, "type", ST_INVALID) /* unknown type of message */                  \
    X(FIELD, "field",                                                          \
      ST_INVALID) /* unknown, missing, of wrong type or size */                \
    X(IDENTITY, "identity", ST_REFUSED) /* key not known, or revoked */        \
    X(RIGHTS, "rights", ST_REFUSED)     /* this key may not ask */             \
    X(INVALID, "invalid", ST_INVALID)   /* the question breaks a rule */       \
    X(RANGE, "range", ST_RANGE)                                                \
    X(NOT_FOUND, "not_found", ST_NOTFOUND) /* survey, kind, construct */       \
    X(REFUSED, "refused", ST_REFUSED)      /* not to this role */              \
    X(NUMERIC, "numeric", ST_NUMERIC)      /* no honest number exists */       \
    X(SIZE, "size", ST_RANGE) /* the answer has more than its parts */         \
    X(TIME, "time", ST_BUSY)  /* it takes longer than it may */                \
    X(BUSY, "busy", ST_BUSY)  /* the log is being read: ask again */           \
    X(STORE, "store", ST_IO)  /* the store cannot be read: ask again */        \
    X(MEMORY, "memory", ST_NOMEM)

#define X(symbol, word, status) TROUBLE_##symbol,
enum trouble { TROUBLES(X) TROUBLE_KINDS };
#undef X
const char *trouble_word(enum trouble t);
enum status trouble_status(enum trouble t);
bool trouble_parse(const char *word, enum trouble *out);
enum trouble trouble_of(enum status st);

/* ---- a question ---- */

struct question {
    uint64_t ask;  /* the asker's number */
    bool describe; /* not a query: what can be asked */
    const struct query_kind *kind;
    struct query query;

    enum dimension by[DIMENSIONS];
    struct query_filter filter[ASK_FILTERS_MAX];
    struct query_filter scope[2 * ASK_FILTERS_MAX]; /* the asker's, the key's */
    struct query_setting setting[ASK_OPTIONS_MAX];
    /* what all these point into */
    char *text;
    const char **code;
    char *scope_text;
    const char **scope_code;
};

/* Read a frame.  `now` (ms) makes the default period: its month.  On trouble
 * err says what is wrong, and only `ask` is set (0: not to be read). */
enum trouble question_read(const uint8_t *frame, size_t len, int64_t now,
                           struct question *out, struct err *err);
void question_free(struct question *q); /* what it holds */

/* Put role and scope of the key into the query, whatever the peer said. */
MUST_USE enum status question_bind(struct question *q, const struct client *c,
                                   struct err *err);
/* Can every key's scope be understood?  ST_INVALID names the client. */
MUST_USE enum status scopes_check(const struct clients *c, struct err *err);

/* The message that asks this: for a client.  ST_REFUSED: the query names a file
 * of this machine; ST_RANGE: it has more than fits. */
MUST_USE enum status question_write(uint64_t ask, const struct query_kind *k,
                                    const struct query *q, struct buffer *out,
                                    struct err *err);

/* ---- replies ---- */

struct answer {
    size_t parts;
    struct buffer part[ANSWER_PARTS_MAX];
};
void answer_free(struct answer *a);

/* ST_RANGE: more than an answer may have. */
MUST_USE enum status answer_result(const struct question *q,
                                   const struct result *r, struct answer *out);
MUST_USE enum status answer_trouble(uint64_t ask, enum trouble t,
                                    const char *text, struct answer *out);

/* The parts of an answer, put together again. */
struct answer_reader {
    uint64_t ask;
    uint64_t part; /* the next one's number */
    bool done;
    enum trouble trouble; /* that was told */
    struct result result; /* the reader's owner frees it */
};
/* That of another question changes nothing.  ST_CORRUPT: not what an answer
 * looks like; any status of a trouble, with its text. */
MUST_USE enum status answer_take(struct answer_reader *r, const uint8_t *frame,
                                 size_t len, struct err *err);

#endif
