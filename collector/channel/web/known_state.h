/* known_state.h - what is known, from within; shared by the files that work on
 * it. */
#ifndef WEB_KNOWN_STATE_H
#define WEB_KNOWN_STATE_H

#include <pthread.h>

#include "collector/token.h"
#include "known.h"

#define TOKEN_CAMPAIGNS (TOKEN_CAMPAIGN_MAX + 1)
#define NEEDS_MAX       64

struct known_survey {
    struct survey *survey;
    bool newest; /* of its code */
    bool kept;
};

struct known {
    pthread_mutex_t lock;
    bool unkept; /* the clerk's own */
    size_t surveys;
    struct known_survey survey[KNOWN_SURVEYS_MAX];
    struct known_campaign campaign[TOKEN_CAMPAIGNS];
    size_t followed;
    char follow[KNOWN_FOLLOWED_MAX][SURVEY_CODE_MAX + 1];
    size_t needs; /* ever told of; the last ones stand in the ring */
    struct known_need need[NEEDS_MAX];
};

/* For known_new alone, before anybody else knows of it: what the table has.
 * known_place takes the survey. */
MUST_USE enum status known_place(struct known *k, struct survey **s,
                                 bool newest, bool kept);
void known_raise(struct known *k, const uint8_t version[HASH_SIZE]);
void known_set_campaign(struct known *k, const struct campaign *c, bool kept);

#endif
