/* reply_clause.h - whether what stands around a number leaves it the rating. */
#ifndef SURVEYS_REPLY_CLAUSE_H
#define SURVEYS_REPLY_CLAUSE_H

#include "reply_tokens.h"

/* 8/10, 8 out of 10, 满分10分我打8分: the scale's end is no second number and
 * becomes a word that says nothing.  A 满分 that stays becomes a number. */
void clause_scale(struct tokens *t, int max);

/* Is the number at `i` surely said as a rating? */
bool clause_leaves_alone(const struct tokens *t, size_t i);

#endif
