/* reply_level.h - the scale words: how satisfied, how good. */
#ifndef SURVEYS_REPLY_LEVEL_H
#define SURVEYS_REPLY_LEVEL_H

#include "reply_tokens.h"

enum family { FAMILY_NONE, FAMILY_SATISFIED, FAMILY_GOOD, FAMILY_NEUTRAL };

struct level {
    enum family family;
    int sign;    /* 1, 0, -1 */
    bool strong; /* 很满意 */
    bool vague;  /* 不很满意, 还算满意, or several that differ */
};

/* What the text says of satisfaction; else, when no word of that is in it, of
 * good and bad.  *whole: besides, there are only words that say nothing, and
 * those which *subjects holds (what the question itself speaks of). */
struct level level_read(const struct tokens *t, const char *subjects,
                        bool *whole);
bool level_same(struct level a, struct level b);

#endif
