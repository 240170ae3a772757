/* campaigns.h - campaigns, as the store keeps them.
 *
 * TABLE_CAMPAIGNS holds each as a packed map by name: what was drafted, who
 * drafted, approved and changed it, its state and its counters.  A message
 * works on copies: each campaign that it is about is read once, counted in
 * memory, and written once when the message is through, in the transaction of
 * what was counted.
 *
 * The clock moves a campaign too: a canary becomes running, one whose end has
 * come is closed.  That happens when it is looked at, so it is never late.
 */
#ifndef INTAKE_CAMPAIGNS_H
#define INTAKE_CAMPAIGNS_H

#include "collector/store.h"
#include "collector/wire.h"

/* Not closed at once: all of them fit one reply. */
#define CAMPAIGNS_OPEN_MAX 256

struct seat {
    struct campaign is, was; /* was.plan.campaign "": not in the store */
};

struct campaigns {
    struct store *store;
    struct seat *seat; /* those that the message at hand is about */
    size_t count, cap;
    int64_t now;
    struct buffer map;
    struct buffer notes; /* what changed since campaigns_tell */
};

void campaigns_free(struct campaigns *c);

/* ---- within a transaction ---- */

/* The next message.  What was not saved is forgotten. */
void campaigns_begin(struct campaigns *c, int64_t now);
/* As it is now.  Valid until the next find, all or add.  ST_NOTFOUND, also for
 * a damaged one (logged). */
MUST_USE enum status campaigns_find(struct campaigns *c, const char *name,
                                    struct campaign **out, struct err *err);
/* Every campaign takes a seat. */
MUST_USE enum status campaigns_all(struct campaigns *c, struct err *err);
/* A new one, whose name no other has: zero but for its name. */
MUST_USE enum status campaigns_add(struct campaigns *c, const char *name,
                                   struct campaign **out, struct err *err);
/* Does one differ from what was read? */
bool campaigns_moved(const struct campaigns *c);
/* Write what does. */
MUST_USE enum status campaigns_save(struct campaigns *c, struct err *err);

/* ---- behind it ---- */

/* The transaction is on disk: log what changed.  Or it is not. */
void campaigns_tell(struct campaigns *c);
void campaigns_forget(struct campaigns *c);

/* ---- one campaign ---- */

/* `by`: the key's name; "": the collector itself.  `reason` may be "". */
void campaign_turn(struct campaign *c, enum campaign_state state,
                   const char *by, const char *reason, int64_t now);
/* Does it give out invitations at all? */
bool campaign_sends(const struct campaign *c);
/* How many may still be given out for the first time. */
uint64_t campaign_allows(const struct campaign *c);
/* One was. */
void campaign_leased(struct campaign *c, int64_t now);
/* One more event of that kind: counts it, begins the time of the canary (or
 * makes room in it for another, when nothing was sent), and pauses the campaign
 * when a limit is passed by it. */
void campaign_count(struct campaign *c, enum event_kind kind, int64_t now);
/* May that invitation be added? */
MUST_USE enum reason campaign_takes(const struct campaign *c,
                                    const struct invitation *i);

#endif
