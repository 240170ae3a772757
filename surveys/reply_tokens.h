/* reply_tokens.h - a folded reply as words, numbers and the signs between. */
#ifndef SURVEYS_REPLY_TOKENS_H
#define SURVEYS_REPLY_TOKENS_H

#include <stdbool.h>

#include "base/status.h"
#include "reply_lexicon.h"

struct token {
    enum word word;
    size_t at, len; /* bytes of the text */
    int value;      /* of a number */
    bool han;       /* a number in Chinese numerals */
    bool full;      /* a number that stood there as 满分 */
    bool spaced;    /* a blank stands before it */
};

struct tokens {
    const char *text; /* not owned */
    size_t len;
    size_t count;
    struct token *token;
};

/* Numbers that surely count something else, and their units, are WORD_BOUND;
 * all others are WORD_NUMBER.  ST_NOMEM alone. */
MUST_USE enum status tokens_read(const char *text, size_t len,
                                 struct tokens *out);
void tokens_free(struct tokens *t);

/* WORD_BREAK behind the last one. */
enum word token_word(const struct tokens *t, size_t i);
bool token_is(const struct tokens *t, size_t i, const char *word);

#endif
