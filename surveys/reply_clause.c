/* reply_clause.c - see reply_clause.h.
 *
 * A number is the rating only when everything in its clause is known to leave
 * it alone; the first thing that is not makes the text one that is asked again.
 * One pass over the tokens.
 */
#include "reply_clause.h"

static bool han_at(const struct tokens *t, size_t i)
{
    return i < t->count && (unsigned char)t->text[t->token[i].at] >= 0x80;
}

/* ---- numbers that say what the scale is ---- */

static void drop(struct tokens *t, size_t i)
{
    if (token_word(t, i) == WORD_POINTS)
        t->token[i].word = WORD_FILLER;
}

/* 8/10, 8 out of 10, 满分10分我打8分: the scale's end is no second number.  A
 * 满分 that stays is a number. */
void clause_scale(struct tokens *t, int max)
{
    for (size_t i = 0; i + 1 < t->count; i++) {
        struct token *const now = &t->token[i];
        struct token *const end =
            token_word(t, i + 1) == WORD_NUMBER ? now + 1 : NULL;
        const bool before =
            i && (now[-1].word == WORD_NUMBER || now[-1].word == WORD_POINTS);
        const bool slash = now->word == WORD_MARK && t->text[now->at] == '/';

        if (!end || end->value != max)
            continue;
        if (!(now->word == WORD_OUT_OF && before) && !(slash && before) &&
            now->word != WORD_FULL)
            continue;
        now->word = end->word = WORD_FILLER;
        drop(t, i + 2);
    }
    for (size_t i = 0; i < t->count; i++)
        if (t->token[i].word == WORD_FULL) {
            t->token[i].word = WORD_NUMBER;
            t->token[i].value = max;
            t->token[i].full = true;
        }
}

/* ---- the clause of a number ---- */

static bool marks_points(enum word w)
{
    return w == WORD_POINTS || w == WORD_STARS;
}

/* Said with a rating word, so that it needs no room around it. */
static bool said(const struct tokens *t, size_t i)
{
    return marks_points(token_word(t, i + 1)) ||
           (i && t->token[i - 1].word == WORD_GIVE) || t->token[i].full;
}

/* In Chinese a blank is often what a comma would be; it is no such thing
 * before a unit, a doubt or a second number. */
static bool breaks(enum word w)
{
    return w == WORD_PLAIN || w == WORD_GOOD || w == WORD_BAD ||
           w == WORD_NOT || w == WORD_NOT_SO || w == WORD_VERY ||
           w == WORD_RATHER || w == WORD_SATISFIED || w == WORD_NEUTRAL ||
           w == WORD_COUNTED || w == WORD_BOUND;
}

/* From `k` to the next mark there is nothing that could be said of a number. */
static bool harmless(const struct tokens *t, size_t k)
{
    if (token_word(t, k) == WORD_UNIT)
        return false;
    for (; token_word(t, k) != WORD_BREAK; k++)
        if (token_word(t, k) == WORD_NOT || token_word(t, k) == WORD_NOT_SO ||
            token_word(t, k) == WORD_GIVE || token_word(t, k) == WORD_HEDGE ||
            token_word(t, k) == WORD_MARK)
            return false;
    return true;
}

static size_t clause_end(const struct tokens *t, size_t i)
{
    const bool points = marks_points(token_word(t, i + 1));
    const bool first = !i || t->token[i - 1].word == WORD_BREAK;
    size_t k = i + 1 + points;

    if (k < t->count && t->token[k].spaced && han_at(t, k) &&
        ((points && harmless(t, k)) ||
         ((points || first) && breaks(t->token[k].word))))
        return k;
    while (token_word(t, k) != WORD_BREAK)
        k++;
    return k;
}

static size_t clause_start(const struct tokens *t, size_t i)
{
    const bool points = marks_points(token_word(t, i + 1));
    size_t k = i;

    while (k && (token_word(t, k - 1) == WORD_GIVE ||
                 token_word(t, k - 1) == WORD_FILLER))
        k--;
    if (k && points && t->token[k].spaced && han_at(t, k - 1) &&
        (token_word(t, k - 1) == WORD_OTHER ||
         token_word(t, k - 1) == WORD_PLAIN ||
         token_word(t, k - 1) == WORD_GOOD ||
         token_word(t, k - 1) == WORD_BAD ||
         token_word(t, k - 1) == WORD_SATISFIED ||
         token_word(t, k - 1) == WORD_NEUTRAL))
        return k;
    while (k && t->token[k - 1].word != WORD_BREAK)
        k--;
    return k;
}

/* May the word at `k` stand in the clause of the number at `i`? */
static bool allowed(const struct tokens *t, size_t k, size_t i, bool rated)
{
    switch (t->token[k].word) {
    case WORD_FILLER:
    case WORD_GIVE:
    case WORD_SATISFIED:
    case WORD_UNSATISFIED:
    case WORD_GOOD:
    case WORD_BAD:
    case WORD_NEUTRAL:
    case WORD_RATHER:
        return true;
    case WORD_VERY:
        return k + 1 != i;
    case WORD_POINTS:
    case WORD_STARS:
        return k == i + 1;
    case WORD_NOT:
    case WORD_NOT_SO: /* of a level that follows */
        return k > i && (token_word(t, k + 1) == WORD_SATISFIED ||
                         token_word(t, k + 1) == WORD_GOOD ||
                         token_word(t, k - 1) == WORD_VERY);
    case WORD_PLAIN: /* 3师傅 may be three of them */
        return rated || k != i + 1 || t->token[k].spaced;
    case WORD_COUNTED:
    case WORD_BOUND:
        return rated && k < i;
    default:
        return false;
    }
}

/* The nearest word before `i` that is no mark. */
static enum word before(const struct tokens *t, size_t i)
{
    while (i && t->token[i - 1].word == WORD_BREAK)
        i--;
    return i ? t->token[i - 1].word : WORD_BREAK;
}

static enum word behind(const struct tokens *t, size_t i)
{
    do
        i++;
    while (i < t->count && t->token[i].word == WORD_BREAK);
    return token_word(t, i);
}

/* Minutes are 分 too: 等10分, 10分修好. */
static bool minutes(const struct tokens *t, size_t i)
{
    static const char *const done[] = {"修好",   "修好了", "已修好", "解决",
                                       "解决了", "处理",   "办理",   "好了"};

    if (i && t->token[i - 1].word == WORD_COUNTED &&
        !token_is(t, i - 1, "打了"))
        return true;
    if (token_word(t, i + 1) != WORD_POINTS ||
        (i && t->token[i - 1].word == WORD_GIVE))
        return false;
    for (size_t k = 0; k < sizeof done / sizeof *done; k++)
        if (token_is(t, i + 2, done[k]) && !t->token[i + 2].spaced)
            return true;
    return false;
}

/* Glued to a word that is harmless elsewhere: 差8分, 快8分了, 3点8分. */
static bool belongs_to(const struct tokens *t, size_t i)
{
    return !t->token[i].spaced &&
           (t->token[i - 1].word == WORD_BAD ||
            t->token[i - 1].word == WORD_BOUND || token_is(t, i - 1, "快") ||
            token_is(t, i - 1, "还"));
}

bool clause_leaves_alone(const struct tokens *t, size_t i)
{
    const size_t from = clause_start(t, i), to = clause_end(t, i);
    const bool rated = said(t, i);
    const enum word first = before(t, i);

    if (t->token[i].value < 0 || behind(t, i) == WORD_UNIT)
        return false;
    if (!rated && (first == WORD_COUNTED || first == WORD_UNIT ||
                   first == WORD_BINDER || first == WORD_NOT))
        return false;
    if ((i && belongs_to(t, i)) || minutes(t, i))
        return false;
    for (size_t k = from; k < to; k++)
        if (k != i && !allowed(t, k, i, rated))
            return false;
    return true;
}
