/* reply_lexicon.h - the words that people use around a rating. */
#ifndef SURVEYS_REPLY_LEXICON_H
#define SURVEYS_REPLY_LEXICON_H

#include <stddef.h>

enum word {
    WORD_OTHER,   /* not in the lexicon */
    WORD_BREAK,   /* the end of a clause */
    WORD_NUMBER,  /* that may be the rating */
    WORD_BOUND,   /* a number that is of something else */
    WORD_MARK,    /* a sign that makes something else of a number: % + # */
    WORD_GIVE,    /* 给, 打, rate */
    WORD_POINTS,  /* 分, points */
    WORD_STARS,   /* 星, stars */
    WORD_FULL,    /* 满分 */
    WORD_OUT_OF,  /* out of */
    WORD_FILLER,  /* says nothing: 我, 吧, please */
    WORD_PLAIN,   /* says something, but cannot bind a number: 师傅, 热情 */
    WORD_COUNTED, /* a verb whose object may be a bare number: 等了 */
    WORD_UNIT,    /* 天, 次, hours */
    WORD_BINDER,  /* makes something else of the number behind it: 第, 周 */
    WORD_HEDGE,   /* makes the number of its clause uncertain: 左右, 或 */
    WORD_DOUBT, /* makes all of the text uncertain: 如果, 不是, a question */
    WORD_VERY,  /* 很, 非常 */
    WORD_RATHER, /* 比较, 还算 */
    WORD_NOT,    /* 不 */
    WORD_NOT_SO, /* 不太 */
    WORD_SATISFIED,
    WORD_UNSATISFIED, /* dissatisfied */
    WORD_GOOD,
    WORD_BAD,
    WORD_NEUTRAL, /* 一般 */
    WORD_MISSING  /* 不知道, 没用过 */
};

/* The longest word of the lexicon at the start of a folded text; its length, 0:
 * none.  A word in Latin letters is a whole word. */
size_t lexicon_at(const char *text, size_t len, enum word *out);

/* The same behind a number, of units alone: a word that is both is one there.
 * 0 when a longer word stands there. */
size_t lexicon_unit_at(const char *text, size_t len);

#endif
