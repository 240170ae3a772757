/* fit_deal.h - rows dealt to the jackknife groups and summed up behind the
 * reader's back.
 */
#ifndef SCORER_FIT_DEAL_H
#define SCORER_FIT_DEAL_H

#include "fit.h"

struct fit_dealer;

/* `group`: GROUPS sums to add to; the caller's.  A thread of its own adds; when
 * there can be none, this one does. */
MUST_USE enum status fit_dealer_new(const struct fit_plan *p,
                                    struct fit_sums *group,
                                    struct fit_dealer **out);
/* Ends the thread; rows that were not summed up are lost. */
void fit_dealer_free(struct fit_dealer **d);

/* To a group; GROUPS: to that of its number modulo GROUPS. */
MUST_USE enum status fit_deal(struct fit_dealer *d, const uint8_t *row,
                              double weight, unsigned group);
/* The group that the next row would go to. */
unsigned fit_deal_group(const struct fit_dealer *d, unsigned group);
int64_t fit_dealt(const struct fit_dealer *d);

/* Sum up what is left.  Nothing can be dealt afterwards. */
MUST_USE enum status fit_dealer_finish(struct fit_dealer *d);

#endif
