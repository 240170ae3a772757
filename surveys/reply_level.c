/* reply_level.c - see reply_level.h.  Two passes over the tokens. */
#include "reply_level.h"

static enum family head(enum word w)
{
    switch (w) {
    case WORD_SATISFIED:
    case WORD_UNSATISFIED:
        return FAMILY_SATISFIED;
    case WORD_GOOD:
    case WORD_BAD:
        return FAMILY_GOOD;
    case WORD_NEUTRAL:
        return FAMILY_NEUTRAL;
    default:
        return FAMILY_NONE;
    }
}

static bool modifies(enum word w)
{
    return w == WORD_VERY || w == WORD_RATHER || w == WORD_NOT ||
           w == WORD_NOT_SO;
}

static bool one_of(const struct tokens *t, size_t i, const char *const *words)
{
    while (*words && !token_is(t, i, *words))
        words++;
    return *words != NULL;
}

/* The level whose words are first..at, the last one its head. */
static struct level run(const struct tokens *t, size_t first, size_t at)
{
    static const char *const plainly[] = {"不", "not", NULL};
    static const char *const mildly[] = {"比较", "基本", "基本上", NULL};
    const enum word w = t->token[at].word;
    const bool neutral = w == WORD_NEUTRAL;
    const bool down = w == WORD_UNSATISFIED || w == WORD_BAD;
    struct level l = {head(w), neutral ? 0 : down ? -1 : 1, false, false};
    size_t not = 0, soft = 0;

    for (size_t i = first; i < at; i++) {
        const enum word m = t->token[i].word;

        if (m == WORD_VERY) {
            l.strong = true;
            l.vague = l.vague || not || neutral; /* 不很满意 */
        } else if (m == WORD_RATHER) {
            l.vague = l.vague || !one_of(t, i, mildly) || neutral;
            soft++;
        } else {
            l.sign = -l.sign;
            l.vague = l.vague || down || neutral || soft ||
                      w == WORD_GOOD || /* 不好 is not yet 差 */
                      (m == WORD_NOT && !one_of(t, i, plainly)) ||
                      (m == WORD_NOT_SO && l.strong);
            not ++;
        }
    }
    l.vague = l.vague || not > 1 || (soft && (at - first > 1 || down));
    return l;
}

bool level_same(struct level a, struct level b)
{
    return a.family == b.family && a.sign == b.sign && a.strong == b.strong &&
           !a.vague && !b.vague;
}

static void merge(struct level *sum, struct level l)
{
    if (!sum->family) {
        *sum = l;
    } else if (!level_same(*sum, l)) {
        if (sum->sign != l.sign)
            sum->sign = 0;
        sum->vague = true;
    }
}

static bool says_nothing(const struct tokens *t, size_t i, const char *subjects)
{
    const struct token *const now = &t->token[i];

    if (now->word == WORD_BREAK || now->word == WORD_FILLER ||
        now->word == WORD_NUMBER || now->word == WORD_POINTS ||
        now->word == WORD_STARS || now->word == WORD_GIVE)
        return true;
    return now->word == WORD_PLAIN && now->len &&
           memmem(subjects, strlen(subjects), t->text + now->at, now->len);
}

/* Levels of one family, or of all when it is FAMILY_NONE. */
static struct level read(const struct tokens *t, enum family family,
                         const char *subjects, bool *whole)
{
    struct level sum = {FAMILY_NONE, 0, false, false};
    size_t first = 0;

    *whole = true;
    for (size_t i = 0; i < t->count; i++) {
        const enum word w = t->token[i].word;

        if (modifies(w))
            continue;
        if (head(w) && (!family || head(w) == family))
            merge(&sum, run(t, first, i));
        else if (!says_nothing(t, i, subjects) || first < i)
            *whole = false;
        first = i + 1;
    }
    *whole = *whole && first == t->count;
    return sum;
}

struct level level_read(const struct tokens *t, const char *subjects,
                        bool *whole)
{
    bool all, only;
    const struct level any = read(t, FAMILY_NONE, subjects, &all);
    const struct level satisfied = read(t, FAMILY_SATISFIED, subjects, &only);

    *whole = all;
    return satisfied.family && any.family && any.vague && !all ? satisfied
                                                               : any;
}
