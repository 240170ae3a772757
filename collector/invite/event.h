/* event.h - one service event of a feed, checked, with nothing of a person in
 * it but the number that is to be sealed.
 *
 * Free text of a repair (place, symptom, cause, result) is only looked at.
 */
#ifndef INVITE_EVENT_H
#define INVITE_EVENT_H

#include "collector/person.h"
#include "feed.h"
#include "plan.h"
#include "surveys/codes.h"
#include "surveys/period.h"

#define CONTACT_FRESH_MS (24 * 60 * 60 * INT64_C(1000))

struct event {
    uint8_t key[ID_SIZE];        /* hash of the event's id */
    uint8_t account[ID_SIZE];    /* all zero: not known */
    uint8_t kase[ID_SIZE];       /* of its case, else of its own id */
    uint8_t respondent[ID_SIZE]; /* of number and activation date */
    uint8_t number[ID_SIZE];     /* of the number alone; all zero: no number */
    uint8_t staff[ID_SIZE];
    char contact[PERSON_NUMBER_MAX + 1]; /* "" when it can not be reached */
    char activated[PERIOD_TEXT];
    int64_t activated_at; /* 0: not known */
    int64_t event_at;     /* what the answer is about */
    int64_t closed_at;    /* of the event, or of the fault; for {date} */
    struct context context;
    char language[36];
    char notice[SURVEY_CODE_MAX + 1];
    char basis[CODE_MAX + 1];
    bool adult;
    bool staff_number; /* the contact is one of the staff's own */
    bool fresh;        /* the contact was changed within a day of the event */
    bool repair, late; /* a repair's fields; arrived after the promise */
};

struct event_reader {
    const struct plan *plan;
    const struct survey *survey;
    const struct codes *codes;
    const struct person_key *key;
    int64_t now; /* of the draw; events more than a day behind it are wrong */
};

/* The event's key alone: what tells in a second pass whether to read on. False:
 * it has none. */
bool event_key(const struct person_key *key, const struct feed_row *row,
               uint8_t out[ID_SIZE]);

/* ST_INVALID: *err has "column: cause", and nothing of the value. */
MUST_USE enum status event_read(const struct event_reader *r,
                                const struct feed_row *row, struct event *out,
                                struct err *err);

#endif
