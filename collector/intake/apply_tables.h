/* apply_tables.h - invite, sample, event, review and erase. */
#ifndef INTAKE_APPLY_TABLES_H
#define INTAKE_APPLY_TABLES_H

#include "apply.h"

/* Apply every element that the intake let pass. */
MUST_USE enum status apply_list(struct shelf *s, struct batch *b,
                                struct err *err);

#endif
