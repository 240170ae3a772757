/* questions.h - what was asked of the collector and is not answered yet.
 *
 * A question has a place in a table; its number tells which, so that a reply
 * is matched without a search.  They are sent in their order, a few dozen at a
 * time, and none of them again: who asked decides that. */
#ifndef CLIENT_QUESTIONS_H
#define CLIENT_QUESTIONS_H

#include "sender_state.h"

/* Send those that wait, as many as may be on the wire at once. */
MUST_USE enum status questions_send(struct sender *s, struct err *err);
/* The frame at hand, which is no acknowledgement: the reply to a question, or
 * nobody's. */
void questions_reply(struct sender *s);
/* A refusal of what is no message under way. */
void questions_refused(struct sender *s, const struct ack *refusal);
/* End those whose time is up. */
void questions_expire(struct sender *s, int64_t now);
/* When the next one's time is up; INT64_MAX: none is under way. */
int64_t questions_due(const struct sender *s);
/* How many were ended in whatever way so far. */
uint64_t questions_ended(const struct sender *s);
/* Forget those of one asker, without a word to it. */
void questions_forget(struct sender *s, const void *ctx);
/* The sender closes. */
void questions_end(struct sender *s);

#endif
