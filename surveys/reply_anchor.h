/* reply_anchor.h - the words that an item itself gives to its answers. */
#ifndef SURVEYS_REPLY_ANCHOR_H
#define SURVEYS_REPLY_ANCHOR_H

#include "base/bytes.h"
#include "reply_level.h"
#include "surveys/survey.h"

/* What a reply's words are among those of the item. */
struct match {
    size_t found; /* different answers that the words name */
    int value;    /* the last of them */
    bool held;    /* a choice other than `told` is in the text, as a part */
};

struct words {
    const char *text; /* folded, without what says nothing */
    size_t len;
    struct level level; /* FAMILY_NONE: the words are no level */
    bool any;           /* there is a number, `told`, with the words */
    int told;
};

/* All of an item's own texts, folded, one a line, with a NUL at the end. */
MUST_USE enum status anchor_texts(const struct item *it, struct buffer *out);

/* "1=很不满意，10=很满意" in the item's texts, and the choices' texts; of a
 * scale of 1-5 without such words 满意 is 4, and so on. */
MUST_USE enum status anchor_match(const struct item *it,
                                  const struct words *words, struct match *out);

/* Take out of a text what does not change which answer it is: blanks, marks,
 * 已经, 了, 我 ... */
MUST_USE enum status anchor_bare(const char *text, size_t len,
                                 struct buffer *out);

#endif
