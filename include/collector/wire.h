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
    X(STATE, "state")   /* not in this state of the campaign */                \
    X(SECOND, "second") /* the key that drafted it may not approve it */       \
    X(BUSY, "busy")     /* not now: send again later; never final */

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
    uint32_t flags; /* what the draw knows of it: FLAG_SHARED_NUMBER or 0; the
                       answer has it too */
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
    EVENT_SENT,      /* handed to the network: invited */
    EVENT_FAILED,    /* can not be delivered; code says why */
    EVENT_NOT_FIXED, /* the repair did not help: open the ticket again */
    EVENT_ESCALATE,  /* speaks of complaining to the regulator */
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
    size_t text_len;         /* <= EVENT_TEXT_MAX */
    const char *text;        /* of an opt alone: what the customer wrote,
                                masked; UTF-8, a view */
};
#define EVENT_TEXT_MAX 200

/* ---- campaigns ---- */

enum campaign_state {
    CAMPAIGN_DRAFT,
    CAMPAIGN_APPROVED, /* by another key; asks nobody yet */
    CAMPAIGN_CANARY,   /* from the first pull: canary_ppm of it are given out;
                          until canary_ms behind the first sent or failed */
    CAMPAIGN_RUNNING,
    CAMPAIGN_PAUSED,
    CAMPAIGN_CLOSED, /* unsent invitations are withdrawn; sent ones may still be
                        answered until they expire */
    CAMPAIGN_STATES
};
const char *campaign_state_name(enum campaign_state s);

enum campaign_purpose {
    PURPOSE_RELATIONSHIP,
    PURPOSE_INSTANT,
    PURPOSE_CONFIRMATION,
    PURPOSE_FOLLOW_UP,
    PURPOSES
};
const char *campaign_purpose_name(enum campaign_purpose p);
bool campaign_purpose_parse(const char *name, uint8_t *out);

/* What is drafted and approved: nothing of it changes afterwards. */
struct campaign_plan {
    char campaign[SURVEY_CODE_MAX + 1];
    char survey[SURVEY_CODE_MAX + 1];
    uint8_t version[HASH_SIZE];
    uint8_t plan[HASH_SIZE]; /* SHA-256 of the campaign's file: a draw from
                                another one is refused */
    uint8_t purpose;         /* enum campaign_purpose */
    int64_t closes_at;       /* 0: when somebody closes it */
    uint32_t canary_ppm;     /* 10000: 1 %, at least one invitation */
    uint32_t canary_ms;      /* 2 h; 0: no canary */
    /* Pauses itself when one of these shares of what was sent (or of what
     * failed, if that is more) is passed, once it was `limit_after`; 1000000:
     * never. */
    uint32_t opt_out_ppm, failed_ppm, escalated_ppm, limit_after;
};

struct campaign {
    struct campaign_plan plan;
    uint16_t number; /* in tokens; 1..TOKEN_CAMPAIGN_MAX, the collector's */
    uint8_t state;   /* enum campaign_state */
    uint8_t before;  /* the state that it was paused in */
    /* names of keys; changed_by "": the collector itself */
    char drafted_by[33], approved_by[33], changed_by[33];
    int64_t drafted_at, approved_at, changed_at;
    char reason[65];   /* why it is paused */
    int64_t canary_at; /* when the first of the canary were told of; 0: not yet
                        */
    uint64_t invitations;
    uint64_t leased; /* given to their gateway, each once */
    uint64_t sent, failed, opted_out, escalated; /* events, each id once */
};

enum campaign_action {
    ACTION_DRAFT,
    ACTION_APPROVE,
    ACTION_PAUSE,
    ACTION_RESUME,
    ACTION_CLOSE,
    CAMPAIGN_ACTIONS
};
const char *campaign_action_name(enum campaign_action a);

bool campaign_action_parse(const char *name, uint8_t *out);

struct campaign_order {
    enum campaign_action action;
    const char *campaign;             /* "*": all of them, to be paused; NULL:
                                         that of the plan */
    const char *reason;               /* of a pause, <= 64 bytes; or NULL */
    const struct campaign_plan *plan; /* of a draft */
};

/* ---- what a draw took from what there was, a cell of it ---- */

/* Why somebody was not asked.  X(symbol, word) */
#define EXCLUSIONS(X)                                                          \
    X(NO_BASIS, "no_basis")                                                    \
    X(NOT_ADULT, "not_adult")                                                  \
    X(OPTED_OUT, "opted_out")                                                  \
    X(TOO_RECENT, "too_recent")                                                \
    X(NO_CONTACT, "no_contact")                                                \
    X(STAFF_NUMBER, "staff_number")
#define X(symbol, word) EXCLUDED_##symbol,
enum exclusion { EXCLUSIONS(X) EXCLUDED_REASONS };
#undef X
const char *exclusion_word(enum exclusion e);

struct wire_sample {
    uint8_t id[ID_SIZE]; /* of (draw, cell): the same one again is a duplicate
                          */
    char campaign[SURVEY_CODE_MAX + 1];
    char survey[SURVEY_CODE_MAX + 1];
    int64_t at;             /* of the draw */
    int64_t event_at;       /* the local day's beginning that the cell is of */
    struct context context; /* channel, frame, dimensions, stratum */
    uint32_t rate_ppm;
    uint64_t events;   /* in the feed */
    uint64_t eligible; /* events less those excluded */
    uint64_t drawn;
    uint64_t excluded[EXCLUDED_REASONS];
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
    struct wire_text detail;    /* of a refusal that was read: a view */
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

MUST_USE enum status wire_samples(uint64_t batch,
                                  const struct wire_sample *list, size_t count,
                                  struct buffer *out);
MUST_USE enum status wire_campaign(uint64_t batch,
                                   const struct campaign_order *order,
                                   struct buffer *out);
MUST_USE enum status wire_ask_campaigns(uint64_t batch, struct buffer *out);
/* From the respondent behind `after` (NULL: the first), in their order. */
MUST_USE enum status wire_ask_optouts(uint64_t batch, const uint8_t *after,
                                      uint32_t max, struct buffer *out);
MUST_USE enum status wire_ask_copy(uint64_t batch, const uint8_t id[ID_SIZE],
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
    const uint8_t *id;         /* ID_SIZE, of an invitation or a copy; of
                                  optouts: behind which; or NULL */
    const uint8_t *respondent; /* ID_SIZE, or NULL */
    const char *wrong; /* of a REASON_FIELD: the name of the first key that is
                          wrong, never its value; "unknown field" */
    struct wire_list list; /* responses, invitations, events, reviews, samples
                              or ids */
    /* of a campaign */
    uint8_t action; /* enum campaign_action */
    char campaign[SURVEY_CODE_MAX + 1];
    char reason[65];
    struct campaign_plan plan; /* of a draft */
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
MUST_USE enum reason wire_next_sample(struct wire_list *list,
                                      struct wire_sample *out);
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
MUST_USE enum status wire_pack_campaign(const struct campaign *c,
                                        struct buffer *out);
MUST_USE enum status wire_unpack_campaign(const uint8_t *map, size_t len,
                                          struct campaign *out);
MUST_USE enum status wire_pack_sample(const struct wire_sample *s,
                                      struct buffer *out);
MUST_USE enum status wire_unpack_sample(const uint8_t *map, size_t len,
                                        struct wire_sample *out);

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

/* The answer to an `ask`.  Of an unknown invitation only the id counts.
 * `have`: for each item of the survey 1 when the customer (own, ivr) has
 * answered it already, else 0; none (0 bytes) when nothing is there. */
struct wire_invitation_state {
    uint64_t batch;
    struct invitation invitation; /* its `state` is the state */
    size_t items;
    const uint8_t *have; /* a view */
};
MUST_USE enum status wire_state(const struct wire_invitation_state *s,
                                enum invitation_state state,
                                struct buffer *out);
MUST_USE enum status wire_read_state(const uint8_t *frame, size_t len,
                                     struct wire_invitation_state *out,
                                     enum reason *reason);

/* The answer to `campaign` (the ones it was about) and `campaigns` (those not
 * closed, and of the closed ones the last, as many as fit): `maps` holds
 * `count` packed ones. */
MUST_USE enum status wire_campaigns(uint64_t batch, const struct buffer *maps,
                                    size_t count, struct buffer *out);
MUST_USE enum status wire_read_campaigns(const uint8_t *frame, size_t len,
                                         uint64_t *batch, struct wire_list *out,
                                         enum reason *reason);
MUST_USE enum reason wire_next_campaign(struct wire_list *list,
                                        struct campaign *out);

/* The answer to `optouts`: the newest opt event of each, whose `respondent` it
 * is of; opt-ins are not among them.  `more`: go on behind the last one. */
MUST_USE enum status wire_optouts(uint64_t batch, const struct buffer *maps,
                                  size_t count, bool more, struct buffer *out);
MUST_USE enum status wire_read_optouts(const uint8_t *frame, size_t len,
                                       uint64_t *batch, struct wire_list *out,
                                       bool *more, enum reason *reason);

/* The answer to `copy`: every entry of that id as it is now, with its survey;
 * none (`name` NULL) when there is nothing, or it is erased.  In *list: as they
 * were submitted, read by wire_next_submission. */
MUST_USE enum status wire_copy(uint64_t batch, const struct survey_name *name,
                               const struct submission *list, size_t count,
                               struct buffer *out);
struct wire_copied {
    uint64_t batch;
    char survey[SURVEY_CODE_MAX + 1]; /* "": there is nothing */
    const uint8_t *version;           /* HASH_SIZE, or NULL; a view */
    struct wire_list list;
};
MUST_USE enum status wire_read_copy(const uint8_t *frame, size_t len,
                                    struct wire_copied *out,
                                    enum reason *reason);

#endif
