/* form_wording.h - a question as it is put on a page.
 *
 * A definition's texts are written for an SMS, where one text must hold the
 * question, the meaning of the numbers and how to answer: "您给中国电信打几分？
 * 1=很差，10=很好，请回复1-10。"  On a page there is nothing to reply to, the
 * ends stand over their choices, and the choices are there to be seen.  So from
 * the end of the text are taken, in this order:
 *
 *   1. clauses that say how to reply (and to leave out names, which the page
 *      says itself): the whole clause must be one of those known for the
 *      language, '#' being any number ("请回复#-#", "Reply #-#", "TD to opt
 *      out").  A clause begins behind punctuation;
 *   2. of a scale, its two ends, when both are there ("1=..., 10=..."), which
 *      are kept apart; of a choice, the list of its choices as they are in the
 *      definition ("1=是，2=否", "1 attitude 2 long wait").
 *
 * Anything that is not surely one of these stays: a text of another making is
 * shown as it is.  Nothing is ever taken from the middle.
 */
#ifndef FORM_WORDING_H
#define FORM_WORDING_H

#include "surveys/survey.h"

struct span {
    const char *text;
    size_t len;
};

struct wording {
    struct span question;  /* views into the text; placeholders as they were */
    struct span low, high; /* what the ends of a scale mean; len 0: not told */
};

/* `text` is the item's, or a variant's, in `language`. */
void wording_read(const struct item *it, const char *language, const char *text,
                  struct wording *out);

struct span span_of(const char *text);
bool span_same(struct span a, struct span b);

#endif
