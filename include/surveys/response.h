/* response.h - one person's answers to one survey, with their context.
 *
 * This is the record that travels and is stored; every field of it is on the
 * wire and in the store.  Texts are short codes in fixed arrays, zero-filled
 * behind the end, so that two contexts compare with memcmp.  `answers` and
 * `comment` are views: whoever made the response owns those bytes.
 */
#ifndef SURVEYS_RESPONSE_H
#define SURVEYS_RESPONSE_H

#include <stdint.h>

#include "surveys/survey.h"

/* Who entered it.  The first of these that exists for an invitation counts;
 * the others are kept and compared. */
enum entry { ENTRY_OWN, ENTRY_IVR, ENTRY_PAPER, ENTRY_KEYED, ENTRIES };

enum channel { CHANNEL_SMS, CHANNEL_WEB, CHANNEL_AGENT, CHANNELS };

enum frame {
    FRAME_INVITED,
    FRAME_OPEN,
    FRAME_THIRD,
    FRAME_REGULATOR,
    FRAME_INTERNAL,
    FRAME_TEST,
    FRAMES
};

/* Quality flags, a set.  The gateway may send the low 16; the collector adds
 * the others and strips them from what it is sent. */
enum {
    FLAG_LATE = 1u << 0,          /* answered after its time ran out */
    FLAG_PARTIAL = 1u << 1,       /* the talk ended before the last question */
    FLAG_FAST = 1u << 2,          /* faster than a person reads */
    FLAG_STRAIGHT = 1u << 3,      /* every scale item the same */
    FLAG_ASSISTED = 1u << 4,      /* staff were present */
    FLAG_SHARED_NUMBER = 1u << 5, /* a number on more than three accounts */
    FLAG_ADAPTED = 1u << 6,       /* large type, interpreter, read aloud */
    FLAGS_GATEWAY = 0xffffu,

    FLAG_CORRECTED = 1u << 16, /* the customer's one correction */
    FLAG_FILLED = 1u << 17,    /* from more than one submission */
    FLAG_CLOCK = 1u << 18,     /* answered_at lay in the future: replaced */
    FLAG_NO_INVITATION = 1u
                         << 19, /* frame invited, invitation not known here */
    FLAG_CLOSED = 1u << 20      /* the invitation was closed or expired */
};

/* The dimensions: what a cell is made of. "" = not given. */
struct context {
    char operator[CODE_MAX + 1];
    char product[CODE_MAX + 1];
    char province[CODE_MAX + 1];
    char org[CODE_MAX + 1];
    char touchpoint[CODE_MAX + 1];
    char class[CODE_MAX + 1];
    char stratum[CODE_MAX + 1];
    uint8_t channel, entry, frame;      /* the enums above */
    uint8_t attributes[ATTRIBUTES_MAX]; /* 0 = unknown */
};

struct response {
    uint8_t id[ID_SIZE]; /* UUIDv7 layout; (id, entry) is the key */
    uint8_t version[HASH_SIZE];
    int64_t event_at;    /* ms since 1970 UTC: what the answer is about */
    int64_t answered_at; /* when it was given */
    int64_t received_at; /* when the collector had it */
    struct context context;
    uint32_t rate_ppm; /* sampling rate of the stratum, 1e-6; 0 = not known */
    uint32_t duration_ms;
    uint32_t flags;
    uint8_t respondent[ID_SIZE]; /* keyed hashes; all zero = absent */
    uint8_t staff[ID_SIZE];
    uint8_t device[ID_SIZE];
    uint8_t salt[ID_SIZE];
    size_t items;
    const uint8_t *answers; /* items bytes, definition order, 0 = missing */
    size_t comment_len;
    const char *comment; /* UTF-8, not terminated */
};

/* Names as on the wire, in files and in scores ("own", "sms", "invited").
 * *_parse: false when there is no such name. */
const char *entry_name(enum entry e);
const char *channel_name(enum channel c);
const char *frame_name(enum frame f);
bool entry_parse(const char *name, uint8_t *out);
bool channel_parse(const char *name, uint8_t *out);
bool frame_parse(const char *name, uint8_t *out);

/* A UUID in RFC 9562 version 7 layout: 48 bits of milliseconds, then the 74
 * random bits taken from `random`. */
void response_id(int64_t ms, const uint8_t random[ID_SIZE],
                 uint8_t out[ID_SIZE]);
/* Whether version and variant bits are those of a UUIDv7. */
bool response_id_legal(const uint8_t id[ID_SIZE]);

/* Check a response against its survey: id layout, number of answers, each
 * answer legal, attributes declared, comment valid UTF-8 within its limit,
 * enums in range, product the survey's.  ST_INVALID with the cause. */
MUST_USE enum status response_check(const struct response *r,
                                    const struct survey *s, struct err *err);

#endif
