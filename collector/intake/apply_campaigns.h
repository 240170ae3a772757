/* apply_campaigns.h - orders to campaigns, and what is told of them. */
#ifndef INTAKE_APPLY_CAMPAIGNS_H
#define INTAKE_APPLY_CAMPAIGNS_H

#include "apply.h"

/* An order: the reply tells of the campaigns it was about, or why it was
 * refused (b->ack.refused too). */
MUST_USE enum status apply_order(struct shelf *s, struct batch *b,
                                 struct err *err);
/* All that one reply holds. */
MUST_USE enum status apply_campaigns(struct shelf *s, struct batch *b,
                                     struct err *err);

#endif
