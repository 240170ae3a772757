/* talk.h - one conversation by SMS: what was said, and what comes next.
 *
 * A pure state machine: each function takes the talk, what happened and when,
 * changes the talk, and tells in *deed what else follows.  It knows no clock,
 * no disk and no number.  Whoever calls it commits the talk together with its
 * deeds, and only then acts.
 *
 * One message of ours is under way at a time.  `out` says how far it is: DUE,
 * it has to go out; CALLED, its intent is on disk and the gateway in front may
 * have it; IDLE, it has gone.  A call whose outcome nobody knows stays CALLED:
 * its delivery report, the customer's reply or the time to ask again ends that.
 */
#ifndef SMS_TALK_H
#define SMS_TALK_H

#include "base/bytes.h"
#include "collector/wire.h"
#include "surveys/reply.h"

enum talk_phase {
    TALK_WAITING, /* pulled, nothing sent */
    TALK_OPEN,
    TALK_OVER
};

enum talk_say {
    SAY_NOTHING,
    SAY_QUESTION,
    SAY_AGAIN,    /* could not read that */
    SAY_NOTED,    /* words were kept; a number, please */
    SAY_LINK,     /* the same questions on a page */
    SAY_INVITE,   /* an invitation that is a link alone */
    SAY_THANKS,   /* that was the last question */
    SAY_OVER,     /* the survey is over */
    SAY_STOPPED,  /* you will get no more */
    SAY_RESUMED,  /* you may be asked again */
    SAY_STRANGER, /* nobody was asked at this number */
    SAYS
};

enum talk_out { OUT_IDLE, OUT_DUE, OUT_CALLED };

enum talk_end {
    END_NONE,
    END_COMPLETE,
    END_PARTIAL,
    END_SILENT, /* nothing readable came */
    END_OPTED_OUT,
    END_FAILED,   /* could not be delivered */
    END_ANSWERED, /* elsewhere */
    END_WITHDRAWN,
    END_EXPIRED,
    ENDS
};

struct talk_rules {
    int64_t timeout_ms; /* from when the question was sent */
    int64_t remind_ms;  /* the time to ask again */
    int64_t late_ms;    /* how long answers are taken after the end */
    uint8_t again_max;  /* how often at most a question is asked again */
    bool link;          /* there is a page to send people to */
};

struct talk {
    uint8_t id[ID_SIZE];        /* of the invitation and the response */
    uint8_t line[ID_SIZE];      /* keyed hash of number and port */
    uint8_t version[HASH_SIZE]; /* of the survey */
    char campaign[SURVEY_CODE_MAX + 1];
    uint8_t phase, say, out, end;
    uint8_t step;  /* of the short form */
    uint8_t again; /* how often this question was asked again */
    uint8_t tries; /* calls in a row that reached nobody */
    uint8_t items;
    bool web;      /* a link, no questions */
    bool first;    /* what is due was not asked for by the customer */
    bool reminded; /* the time to ask again of this question is over */
    bool noted, linked, told_over;
    bool told_sent, told_delivered, told_started, told_not_fixed, told_escalate;
    uint32_t seq; /* messages called so far */
    int64_t pulled_at;
    int64_t due_at;
    int64_t expires_at; /* 0: never */
    int64_t said_at;    /* when `say` was decided */
    int64_t called_at, sent_at;
    int64_t first_at; /* the first message */
    int64_t last_at;  /* the last answer */
    int64_t ended_at;
    int64_t wake;     /* as it stands in the index */
    uint64_t heard;   /* hash of the last text, */
    uint8_t heard_at; /* and the step it was taken at */
    uint8_t answers[ITEMS_MAX];
    uint16_t comment_len;
    char comment[COMMENT_MAX];
};

/* What follows from a step, beside the talk itself. */
struct talk_deed {
    uint32_t events;            /* 1u << enum event_kind */
    char code[CODE_MAX + 1];    /* of a failed, a report or a disposition */
    bool submit;                /* the answers as they are now */
    bool late;                  /* they came after the end */
    bool ended;                 /* the talk has */
    enum talk_say aside;        /* to be sent once, now, to whoever wrote */
    bool repeated, early, kept; /* the text: known; before its question; words
                                   went into the comment */
};

/* A new talk, for an invitation that was pulled at `now`. */
void talk_begin(struct talk *t, const struct invitation *i, int64_t now);
/* Its time has come. */
void talk_open(struct talk *t, const struct survey *s, int64_t now);

/* ---- our messages ---- */

enum call_result {
    CALL_ACCEPTED,
    CALL_NOT_SENT, /* surely not: to be called again */
    CALL_REFUSED,  /* surely not, and never will be */
    CALL_UNKNOWN
};

void talk_called(struct talk *t, int64_t now);
void talk_outcome(struct talk *t, uint32_t seq, enum call_result result,
                  const char *code, int64_t now, struct talk_deed *deed);

enum report { REPORT_SENT, REPORT_DELIVERED, REPORT_FAILED };
void talk_report(struct talk *t, uint32_t seq, enum report report,
                 const char *code, int64_t at, struct talk_deed *deed);

/* ---- the customer's ---- */

struct talk_text {
    const struct reply *reply; /* as read against talk_item */
    const char *text;          /* masked, UTF-8 */
    size_t len;
    uint64_t hash; /* of the text as it came */
    int64_t at;
};
/* The item that a text now would answer; NULL: none. */
const struct item *talk_item(const struct talk *t, const struct survey *s);
void talk_heard(struct talk *t, const struct survey *s,
                const struct talk_rules *rules, const struct talk_text *in,
                struct talk_deed *deed);
/* No more of this.  `confirm`: say so. */
void talk_stop(struct talk *t, bool confirm, int64_t at,
               struct talk_deed *deed);

/* ---- time ---- */

/* Ends the talk at its timeout, or asks again. */
void talk_tick(struct talk *t, const struct talk_rules *rules, int64_t now,
               struct talk_deed *deed);
/* When talk_tick, or a call, is to be made next. */
int64_t talk_wake(const struct talk *t, const struct talk_rules *rules);
/* Nobody needs it any more. */
bool talk_stale(const struct talk *t, const struct talk_rules *rules,
                int64_t now);
/* Of a talk that is over: what was given, once that was handed on.  A late
 * answer goes alone, and the collector adds it. */
void talk_scrub(struct talk *t);
/* End it before anything was sent, or silently. */
void talk_end(struct talk *t, enum talk_end end, int64_t now,
              struct talk_deed *deed);

/* The question, 1 to N, and N; 0 of 0 when filters leave that open. */
void talk_place(const struct talk *t, const struct survey *s, unsigned *place,
                unsigned *of);
/* The text of the item in the way that fits the answers so far. */
const char *talk_question(const struct talk *t, const struct survey *s,
                          const char *language);

/* ---- bytes ---- */

MUST_USE enum status talk_pack(const struct talk *t, struct buffer *out);
/* ST_CORRUPT. */
MUST_USE enum status talk_unpack(const uint8_t *data, size_t len,
                                 struct talk *out);

#endif
