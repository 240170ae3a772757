/* answer.h - from what somebody typed to the byte that is stored.
 *
 * One strict reader for files and forms.  (What people type in an SMS is
 * folded to this form by the SMS channel.)
 */
#ifndef SURVEYS_ANSWER_H
#define SURVEYS_ANSWER_H

#include "surveys/survey.h"

/* Read the whole number in `text[0..len)` as the answer to `it`: blanks
 * around it and a sign are fine, "" is missing (0).  Spreadsheets write whole
 * numbers as "8.0": fine; a true fraction, other text, or a number that is
 * not on the scale is ST_INVALID with the cause in *err ("11 is not on the
 * scale 1-10").  Text items are ST_INVALID: their place is the comment. */
MUST_USE enum status answer_parse(const struct item *it, const char *text,
                                  size_t len, uint8_t *stored, struct err *err);

/* Whether a stored byte is legal for the item: 0, or on the scale, or one of
 * the choice's codes. */
bool answer_legal(const struct item *it, uint8_t stored);

#endif
