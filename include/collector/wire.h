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
#include "collector/keys.h"
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
    X(FIELD, "field")            /* missing, unknown, of wrong type or size */ \
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

/* ---- what messages are made of ---- */

struct submission {
    struct response response;
    bool correction;
    uint64_t place; /* the sender's own: a line of its file; never sent */
};

/* An event further ahead than this is no slow clock but nonsense, and so is
 * one before 2000-01-01 in Beijing: either is refused. */
#define EVENT_AHEAD_MS (24 * 60 * 60 * 1000)
#define EVENT_FIRST_MS INT64_C(946656000000)

struct wire_text {
    const char *data; /* not terminated */
    size_t len;
};

struct survey_name {
    const char *code;       /* "tcsi-mobile" */
    const uint8_t *version; /* HASH_SIZE; NULL in a describe: the newest */
};

enum invitation_state {
    INVITATION_OPEN,
    INVITATION_ANSWERED,
    INVITATION_CLOSED,  /* withdrawn, opted out, or done with */
    INVITATION_EXPIRED, /* never stored: told from expires_at */
    INVITATION_UNKNOWN, /* never stored */
    INVITATION_STATES
};
const char *invitation_state_name(enum invitation_state s);

/* The right to answer once. */
struct invitation {
    uint8_t id[ID_SIZE]; /* that of the response to come */
    char survey[SURVEY_CODE_MAX + 1];
    uint8_t version[HASH_SIZE];
    char gateway[33];   /* name of the key that is to ask */
    int64_t due_at;     /* not asked before */
    int64_t expires_at; /* answers are late from then on; 0 = never */
    int64_t
        leased_until;  /* the collector's own note: pulled, not yet told of */
    uint8_t state;     /* enum invitation_state */
    char language[36]; /* BCP 47 */
    char campaign[SURVEY_CODE_MAX + 1];
    char notice[SURVEY_CODE_MAX + 1]; /* version of the privacy notice shown */
    char basis[CODE_MAX + 1];         /* legal basis */
    int64_t event_at;
    struct context context; /* its `entry` is not used */
    uint32_t rate_ppm;
    uint8_t respondent[ID_SIZE]; /* all zero = absent */
    uint8_t staff[ID_SIZE];
    size_t contact_len;     /* <= CONTACT_MAX */
    const uint8_t *contact; /* sealed for the gateway; a view */
};

enum event_kind {
    EVENT_DELIVERED,
    EVENT_STARTED,
    EVENT_OPT_OUT,
    EVENT_OPT_IN,
    EVENT_DELIVERY_REPORT,
    EVENT_DISPOSITION,
    EVENT_KINDS
};
const char *event_kind_name(enum event_kind k);

/* Something that happened to an invitation or a respondent. */
struct wire_event {
    uint8_t id[ID_SIZE];
    uint8_t kind; /* enum event_kind */
    int64_t at;
    uint8_t invitation[ID_SIZE]; /* all zero = absent */
    uint8_t respondent[ID_SIZE];
    uint8_t channel;         /* enum channel */
    char code[CODE_MAX + 1]; /* the report's status, the disposition */
};

struct wire_review {
    uint8_t id[ID_SIZE]; /* of the response */
    uint8_t entry;       /* enum entry */
    uint8_t action;      /* enum review of store.h: 0 set_aside, 1 release */
    size_t reason_len;   /* <= COMMENT_MAX */
    const char *reason;  /* UTF-8; a view */
};

struct rejection {
    uint8_t id[ID_SIZE]; /* all zero when it could not be read */
    uint8_t entry;       /* enum entry */
    enum reason reason;
    uint32_t index; /* its place in the message's list, from 0 */
};

struct ack {
    uint64_t batch;
    uint32_t accepted, duplicate, filled;
    size_t rejections;
    struct rejection *rejected; /* caller's array on encoding; on decoding
                                   allocated, free() by the caller */
    enum reason refused;        /* the whole message, REASON_NONE when taken */
};

/* ---- requests: a request's type is the right that it needs ---- */

/* `batch` is the sender's number, from 1, and comes back in the reply.  All
 * encoders append to *out, whose max should be MESSAGE_MAX; ST_RANGE when the
 * message does not fit; *out is then as it was. */

/* `count` responses of one survey. */
MUST_USE enum status wire_submit(uint64_t batch, const struct survey_name *name,
                                 const struct submission *list, size_t count,
                                 struct buffer *out);
MUST_USE enum status wire_describe(uint64_t batch,
                                   const struct survey_name *name,
                                   struct buffer *out);
MUST_USE enum status wire_define(uint64_t batch, const char *code,
                                 const struct wire_text *yaml,
                                 struct buffer *out);
MUST_USE enum status wire_invite(uint64_t batch, const struct invitation *list,
                                 size_t count, struct buffer *out);
MUST_USE enum status wire_pull(uint64_t batch, uint32_t max,
                               struct buffer *out);
MUST_USE enum status wire_ask(uint64_t batch, const uint8_t id[ID_SIZE],
                              struct buffer *out);
MUST_USE enum status wire_events(uint64_t batch, const struct wire_event *list,
                                 size_t count, struct buffer *out);
MUST_USE enum status wire_reviews(uint64_t batch,
                                  const struct wire_review *list, size_t count,
                                  struct buffer *out);
/* `ids`: count * ID_SIZE bytes; `respondent` may be NULL. */
MUST_USE enum status wire_erase(uint64_t batch, const uint8_t *ids,
                                size_t count, const uint8_t *respondent,
                                struct buffer *out);

/* The elements still to be read of a list within a frame. */
struct wire_list {
    const uint8_t *at, *end;
    size_t count;
    const char *wrong; /* of the last element, when it is REASON_FIELD: as in
                          struct wire_request */
};

/* A field that the type does not have is zero. */
struct wire_request {
    enum right type;
    uint64_t batch;
    char survey[SURVEY_CODE_MAX + 1];
    const uint8_t *version; /* HASH_SIZE, or NULL */
    struct wire_text yaml;
    uint32_t max;
    const uint8_t *id;         /* ID_SIZE, of an invitation, or NULL */
    const uint8_t *respondent; /* ID_SIZE, or NULL */
    const char *wrong; /* of a REASON_FIELD: the name of the first key that is
                          wrong, never its value; "unknown field" */
    struct wire_list list; /* responses, invitations, events, reviews or ids */
};

/* REASON_NONE, or why the frame is refused; then only `batch` (0 when it
 * could not be read) and `wrong` are set, so that the refusal can name them. */
MUST_USE enum reason wire_read_request(const uint8_t *frame, size_t len,
                                       struct wire_request *out);

/* Read one element and move on to the next, whatever the result.  *out is zero
 * but for what the element gave (id and entry are there where they could be
 * read, also on refusal).  Only while list->count > 0. */
MUST_USE enum reason wire_next_submission(struct wire_list *list,
                                          struct submission *out);
MUST_USE enum reason wire_next_invitation(struct wire_list *list,
                                          struct invitation *out);
MUST_USE enum reason wire_next_event(struct wire_list *list,
                                     struct wire_event *out);
MUST_USE enum reason wire_next_review(struct wire_list *list,
                                      struct wire_review *out);
MUST_USE enum reason wire_next_id(struct wire_list *list, const uint8_t **out);

/* One record as the store keeps it: the map alone.  Reading checks it as if it
 * came from outside: ST_CORRUPT. */
MUST_USE enum status wire_pack_invitation(const struct invitation *i,
                                          struct buffer *out);
MUST_USE enum status wire_pack_event(const struct wire_event *e,
                                     struct buffer *out);
MUST_USE enum status wire_pack_review(const struct wire_review *r,
                                      struct buffer *out);
MUST_USE enum status wire_unpack_invitation(const uint8_t *map, size_t len,
                                            struct invitation *out);
MUST_USE enum status wire_unpack_event(const uint8_t *map, size_t len,
                                       struct wire_event *out);

/* ---- replies ---- */

/* An "ack", or a "refused" when ack->refused says so.  `detail` (NULL: none)
 * is one line for a human, for a "refused" only. */
MUST_USE enum status wire_ack(const struct ack *ack, struct buffer *out);
MUST_USE enum status wire_refuse(uint64_t batch, enum reason reason,
                                 const char *detail, struct buffer *out);
/* ST_INVALID with *reason for anything that is not a legal ack or refusal. */
MUST_USE enum status wire_read_ack(const uint8_t *frame, size_t len,
                                   struct ack *out, enum reason *reason);

/* The answers to describe and define. */
MUST_USE enum status wire_survey(uint64_t batch, const struct survey *s,
                                 struct buffer *out);
MUST_USE enum status wire_defined(uint64_t batch, const struct survey *s,
                                  struct buffer *out);
/* Reads either (the yaml of a "defined" is empty).  Views. */
struct wire_described {
    uint64_t batch;
    char survey[SURVEY_CODE_MAX + 1];
    const uint8_t *version, *form; /* HASH_SIZE */
    struct wire_text yaml;
};
MUST_USE enum status wire_read_survey(const uint8_t *frame, size_t len,
                                      struct wire_described *out,
                                      enum reason *reason);

/* The answer to a pull: `maps` holds `count` packed invitations. */
MUST_USE enum status wire_invitations(uint64_t batch, const struct buffer *maps,
                                      size_t count, struct buffer *out);
MUST_USE enum status wire_read_invitations(const uint8_t *frame, size_t len,
                                           uint64_t *batch,
                                           struct wire_list *out,
                                           enum reason *reason);

/* The answer to an `ask`.  Of an unknown invitation only the id counts. */
MUST_USE enum status wire_state(uint64_t batch, const struct invitation *i,
                                enum invitation_state state,
                                struct buffer *out);
MUST_USE enum status wire_read_state(const uint8_t *frame, size_t len,
                                     uint64_t *batch, struct invitation *out,
                                     enum reason *reason);

#endif
