/* reply.h - what somebody typed, as the answer to one question.
 *
 * People answer by SMS as they like: "８。", 十, 8/10, "给个9分吧", 很满意, ⑧,
 * "等了10天". A number that is not surely the rating is never taken for one:
 * what may mean two things is asked again.  surveys/README.md states the rules,
 * tests/unit/surveys/reply/corpus.tsv shows them in over 600 cases.
 */
#ifndef SURVEYS_REPLY_H
#define SURVEYS_REPLY_H

#include "surveys/survey.h"

#define REPLY_MAX 2000 /* bytes; longer ones are unclear */

enum reply_kind {
    REPLY_ANSWER,    /* `stored` */
    REPLY_MISSING,   /* does not know, did not use it: counts as asked */
    REPLY_OFF_SCALE, /* one number, clearly meant, not on the scale */
    REPLY_UNCLEAR,   /* may mean several things, or nothing */
    REPLY_COMMENT,   /* words without any rating in them */
    REPLY_KINDS
};

struct reply {
    enum reply_kind kind;
    uint8_t stored; /* of an answer; else 0 */
    bool not_fixed; /* says that the repair did not help */
    bool escalate;  /* speaks of complaining to the regulator */
    bool words;     /* beside the rating there are words worth keeping */
};

/* `it` NULL: no question is open, so there is no answer, only the two flags.
 * Of text items everything is a comment.  ST_NOMEM alone. */
MUST_USE enum status reply_read(const struct item *it, const char *text,
                                size_t len, struct reply *out);

/* Words that end all asking, or allow it again; seen before anything else.
 * The whole message must be one of them, folded (NFKC, case, blanks and
 * punctuation around it). */
enum reply_wish { WISH_NONE, WISH_OPT_OUT, WISH_OPT_IN };
#define REPLY_OPT_OUT_WORDS "TD,T,N,R,退订,0000,STOP,UNSUBSCRIBE,退订回T"
#define REPLY_OPT_IN_WORDS  "DY,START,订阅,恢复"
struct reply_words;
/* Comma-separated.  ST_INVALID: an empty word, one in both lists, a plain
 * number of the scale 0-10 (it would swallow answers). */
MUST_USE enum status reply_words_new(const char *opt_out, const char *opt_in,
                                     struct reply_words **out, struct err *err);
void reply_words_free(struct reply_words **w);
MUST_USE enum status reply_wish(const struct reply_words *w, const char *text,
                                size_t len, enum reply_wish *out);

#endif
