/* describe.h - the codebook of a survey, for people and for programs. */
#ifndef SURVEYS_DESCRIBE_H
#define SURVEYS_DESCRIBE_H

#include <stdio.h>

#include "surveys/survey.h"

MUST_USE enum status describe_text(const struct survey *s, FILE *out);
MUST_USE enum status describe_json(const struct survey *s, FILE *out);

/* The construct that an item belongs to, SIZE_MAX when it is in none. */
size_t describe_owner(const struct survey *s, size_t item);
/* Whether the short form asks it. */
bool describe_short(const struct survey *s, size_t item);

#endif
