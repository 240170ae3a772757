/* summary.h - what a draw did, told to a human or a program on stdout. */
#ifndef INVITE_SUMMARY_H
#define INVITE_SUMMARY_H

#include "drawing.h"
#include "surveys/json.h"

MUST_USE enum status summary_print(const struct drawing *d, bool json,
                                   struct err *err);
/* The same parts, for the preflight. */
void summary_counts(const struct draw_note *note, struct json *j);
void summary_strata(const struct audience *a, struct json *j);
MUST_USE enum status summary_strata_table(const struct audience *a);
void summary_counts_text(const struct draw_note *note);

#endif
