/* apply_reads.h - questions that change nothing: an invitation's state, who
 * opted out, a customer's own answers. */
#ifndef INTAKE_APPLY_READS_H
#define INTAKE_APPLY_READS_H

#include "apply.h"

MUST_USE enum status apply_ask(struct shelf *s, struct batch *b,
                               struct err *err);
MUST_USE enum status apply_optouts(struct shelf *s, struct batch *b,
                                   struct err *err);
MUST_USE enum status apply_copy(struct shelf *s, struct batch *b,
                                struct err *err);

#endif
