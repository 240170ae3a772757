/* talk_state.h - a talk from within; shared by the files that work on it. */
#ifndef SMS_TALK_STATE_H
#define SMS_TALK_STATE_H

#include "talk.h"

/* The first step from `from` on that is to be asked and was not answered;
 * survey->shorts when there is none. */
size_t talk_next(const struct talk *t, const struct survey *s, size_t from);

/* Something to send, at once. */
void talk_say(struct talk *t, enum talk_say say, int64_t now);
/* The message under way has surely left. */
void talk_sent(struct talk *t, int64_t at, struct talk_deed *deed);

#endif
