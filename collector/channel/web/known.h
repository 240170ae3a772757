/* known.h - the surveys and campaigns that the collector told of.
 *
 * Kept in the outbox's table too, so that a gateway which starts while the
 * collector is away can serve every link.  Surveys are never freed before the
 * end, so a pointer to one is good in any thread; campaigns are copied out.
 * One thread (the clerk) writes, any may read.
 */
#ifndef WEB_KNOWN_H
#define WEB_KNOWN_H

#include "collector/durable.h"
#include "collector/wire.h"

#define KNOWN_SURVEYS_MAX 4096 /* versions */

struct known_campaign {
    bool there;
    bool kept;     /* it is in the table */
    uint8_t state; /* enum campaign_state */
    char survey[SURVEY_CODE_MAX + 1];
    uint8_t version[HASH_SIZE];
};

struct known;

struct known_counts {
    size_t campaigns, surveys;
};

/* Reads what was kept.  ST_CORRUPT: a record that does not pass. */
MUST_USE enum status known_new(struct durable *d, struct known **out,
                               struct err *err);
void known_free(struct known **k);

/* By version; the newest by code; NULL: not known (yet). */
const struct survey *known_version(struct known *k,
                                   const uint8_t version[HASH_SIZE]);
const struct survey *known_newest(struct known *k, const char *code);
struct known_campaign known_campaign(struct known *k, uint16_t number);
struct known_counts known_counts(struct known *k);

/* What the collector told; it holds at once. */
void known_tell_campaign(struct known *k, const struct campaign *c);
/* ST_INVALID: a definition that does not pass; ST_FULL: too many.  `newest`:
 * of its code. */
MUST_USE enum status known_tell_survey(struct known *k,
                                       const struct wire_described *told,
                                       bool newest, struct err *err);

/* The newest version of this survey is of interest: it is looked for from now
 * on.  What is told for the 65th is passed over. */
#define KNOWN_FOLLOWED_MAX 64
void known_follow(struct known *k, const char *code);
/* The i-th that is followed; false behind the last. */
bool known_followed(struct known *k, size_t i, char out[SURVEY_CODE_MAX + 1]);

/* Somebody needs this version. */
void known_want(struct known *k, const char *code,
                const uint8_t version[HASH_SIZE]);
/* What is needed by a campaign or somebody and not known: each in turn, *at
 * from 0; false behind the last. */
struct known_need {
    char survey[SURVEY_CODE_MAX + 1];
    uint8_t version[HASH_SIZE];
};
bool known_needs(struct known *k, size_t *at, struct known_need *out);

/* Put what is not in the table yet into it, inside a transaction; after its
 * commit, note that it is there. */
bool known_unkept(const struct known *k);
MUST_USE enum status known_keep(struct known *k, struct durable *d,
                                struct err *err);
void known_kept(struct known *k);

#endif
