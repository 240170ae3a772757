/* state.h - the engine from within; shared by the files that work on it.
 *
 * One thread owns all of this.  A turn of its loop takes what has come since
 * (callbacks, outcomes of calls, invitations), applies it and whatever time
 * has brought to the talks in one transaction, and acts only after that is on
 * disk: callbacks are answered, calls are made.  A transaction that fails
 * leaves everything as it was, and the next turn tries again.
 */
#ifndef SMS_STATE_H
#define SMS_STATE_H

#include "collector/client.h"
#include "collector/contact.h"
#include "collector/fetch.h"
#include "collector/person.h"
#include "door.h"
#include "kannel.h"
#include "memory.h"
#include "phrases.h"
#include "settings.h"
#include "surveys/calendar.h"
#include "talk.h"

#define JOBS_MAX      256  /* a turn */
#define QUEUE_MAX     4096 /* callbacks that wait */
#define TALKS_MAX     64   /* of each kind, a turn */
#define CALLS_MAX     32   /* under way */
#define ASIDES_MAX    256
#define SURVEYS_MAX   64
#define CAMPAIGNS_MAX TOKEN_CAMPAIGN_MAX
#define CHECKS_MAX    256
#define FRESH_MS      5000 /* what the collector said last still counts */
#define ASK_MS        2000 /* a question's time */

struct sms_call {
    enum { CALL_FREE, CALL_PLANNED, CALL_MADE } state;
    bool aside; /* to somebody of whom nothing is kept */
    uint8_t id[ID_SIZE];
    uint32_t seq;
    struct buffer url;
};

struct sms_outcome {
    uint8_t id[ID_SIZE];
    uint32_t seq;
    enum call_result result;
    char word[CODE_MAX + 1];
};

/* One message for somebody who wrote, in memory alone: when we are killed it
 * is not sent. */
struct sms_aside {
    char number[PERSON_NUMBER_MAX + 1];
    char language[36];
    enum talk_say say;
};

struct sms_known {
    uint8_t version[HASH_SIZE];
    struct survey *survey;
    bool kept;        /* on disk */
    int64_t asked_at; /* while there is no survey */
};

struct sms_check {
    uint8_t id[ID_SIZE];
    int64_t at;
    bool used, told;
    enum invitation_state state;
};

struct sms_campaign {
    char name[SURVEY_CODE_MAX + 1];
    enum campaign_state state;
};

/* What a turn wants to do once it is on disk. */
struct sms_turn {
    struct wire_event *events;
    char (*texts)[EVENT_TEXT_MAX];
    size_t count, room;
    struct sms_aside asides[ASIDES_MAX];
    size_t aside_count;
    size_t budget; /* calls that may be planned */
};

struct sms {
    const struct sms_settings *set;
    struct sender *sender;
    struct durable *table;
    struct person_key person;
    struct contact_key contact;
    struct token_key mac;
    struct kannel kannel;
    char password[256], callback[256], callback_key[256];
    struct calendar *calendar;
    struct quiet_hours quiet;
    struct phrases *phrases;
    struct reply_words *words;
    struct talk_rules rules;
    struct fetch *fetch;
    struct queue *jobs;
    struct door *door;
    struct metrics_server *metrics;
    _Atomic bool healthy;

    int64_t now; /* of this turn, ms */
    double tokens;
    int64_t tokens_at;
    struct sms_turn turn;
    struct sms_call calls[CALLS_MAX];
    struct sms_outcome outcomes[CALLS_MAX]; /* not yet on disk */
    size_t outcome_count;
    struct sms_aside asides[ASIDES_MAX]; /* to be sent */
    size_t aside_count;

    struct sms_known known[SURVEYS_MAX];
    struct sms_check checks[CHECKS_MAX];
    struct sms_campaign campaigns[CAMPAIGNS_MAX];
    size_t campaign_count;
    size_t campaign_first; /* looked at first, or one would send alone */
    int64_t campaigns_at, campaigns_asked_at; /* 0: never */
    bool campaigns_asked;
    struct buffer pulled; /* the last answer, not yet on disk */
    bool pulling, backlog;
    int64_t pulled_at;
    int64_t swept_at;
    struct sms_sweep sweep;
    bool in_trouble, other_port; /* said in the log */
    bool away;                   /* likewise: no connection */
    int64_t up_at, refused_at;   /* it stood last; a refusal was said */
};

/* ---- desk.c: what is asked of the collector ---- */

void desk_ask(struct sms *s);
/* Whether first messages of that campaign may go out now. */
bool desk_sends(const struct sms *s, const char *campaign);
bool desk_closed(const struct sms *s, const char *campaign);
/* The survey of a version, or NULL: it is being asked for. */
MUST_USE enum status desk_survey(struct sms *s, const char *code,
                                 const uint8_t *version,
                                 const struct survey **out, struct err *err);
MUST_USE enum status desk_keep_surveys(struct sms *s, struct err *err);
void desk_kept_surveys(struct sms *s); /* that is on disk */
/* What the collector says of an invitation, if it said so just now: false, and
 * it is being asked. */
bool desk_state(struct sms *s, const uint8_t *id, enum invitation_state *out);
void desk_free(struct sms *s);

/* ---- turn.c: a transaction ---- */

/* Note what a step of a talk wants done: answers and events.  `text` belongs
 * to an opt. */
struct sms_deed {
    const struct talk *talk;
    const struct invitation *invitation;
    const struct survey *survey; /* NULL: nothing can be submitted */
    const struct talk_deed *deed;
    const char *text;
    size_t len;
    int64_t at;
};
MUST_USE enum status turn_carry(struct sms *s, const struct sms_deed *d,
                                struct err *err);
MUST_USE enum status turn_event(struct sms *s, const struct wire_event *e,
                                struct err *err);
void turn_aside(struct sms *s, const struct sms_aside *a);
/* Keep the talk where it belongs now; the contact goes with the last message.
 */
MUST_USE enum status turn_keep(struct sms *s, struct talk *t,
                               struct invitation *i, struct err *err);
/* All that has come and is due, in one commit. */
void turn_do(struct sms *s);

/* ---- incoming.c, incoming_text.c ---- */

MUST_USE enum status incoming_text(struct sms *s, const struct sms_job *j,
                                   struct err *err);
/* ST_BUSY: this one alone has to come again. */
MUST_USE enum status incoming_job(struct sms *s, const struct sms_job *j,
                                  struct err *err);
MUST_USE enum status
incoming_outcome(struct sms *s, const struct sms_outcome *o, struct err *err);
MUST_USE enum status incoming_pulled(struct sms *s, struct err *err);
/* Keyed hashes of a number alone, and of number and port. */
void number_hash(const struct sms *s, const char *number, const char *port,
                 uint8_t out[ID_SIZE]);

/* ---- outgoing.c ---- */

/* Tick the talks whose time has come and plan their calls. */
MUST_USE enum status outgoing_plan(struct sms *s, const struct buffer *awake,
                                   const struct buffer *waiting,
                                   struct err *err);

/* ---- calls.c ---- */

/* How many calls may be planned now. */
size_t calls_budget(struct sms *s);
struct sms_call *calls_vacant(struct sms *s); /* NULL: none */
void calls_make(struct sms *s);   /* the planned ones, and the asides */
void calls_forget(struct sms *s); /* nothing was committed */
void calls_take(struct sms *s);   /* answers of calls into outcomes */

#endif
